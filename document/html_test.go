package document

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestHTML(t *testing.T) {
	tests := map[string]struct {
		page string
		want []string
	}{
		"paragraphs":         {`<p>一</p><div>二<br>三</div><h2>四</h2>`, []string{"一", "二", "三", "四"}},
		"inline elements":    {`<p>市<b>教育</b><span>局</span></p>`, []string{"市教育局"}},
		"spaces":             {"<p>\n  市教育局\n  市财政局  and  a\n b\n</p>", []string{"市教育局市财政局 and a b"}},
		"entities":           {`<p>&ldquo;十四五&rdquo;&nbsp;&ge;95%</p>`, []string{"“十四五”\u00a0≥95%"}},
		"scripts and styles": {`<style>p{}</style><script>var a="<p>一</p>"</script><p>二</p><noscript>三</noscript>`, []string{"二"}},
		"the head":           {`<html><head><title>一</title></head><body><p>二</p></body></html>`, []string{"二"}},
		"hidden words":       {`<p>一<span style="DISPLAY: none">二</span></p><p hidden>三</p>`, []string{"一"}},
		"preformatted text":  {"<pre>一、总体要求\n二、主要任务</pre>", []string{"一、总体要求", "二、主要任务"}},
		"numbered lists":     {`<ol><li>甲<ol type="a"><li>乙</ol><li>丙<li value="9">丁<li>戊</ol>`, []string{"1.甲", "a.乙", "2.丙", "9.丁", "10.戊"}},
		"Chinese lists":      {`<ol style="list-style-type: cjk-ideographic" start="2"><li><p>甲</p><p>乙</p></ol>`, []string{"二、甲", "乙"}},
		"lists with bullets": {`<ul><li>甲<li>乙</ul>`, []string{"甲", "乙"}},
		"word's numbers":     {`<p><!--[if !supportLists]--><span>一、</span><!--[endif]-->总体要求</p>`, []string{"一、总体要求"}},
		"merged cells": {
			`<table><thead><tr><th>序号<th colspan=2>责任单位</thead><tr><td rowspan=2>1<td><p>市教育局<p>市财政局<td>各县<tr><td>市住建局</table>`,
			[]string{"|序号|责任单位|^责任单位|", "|1|市教育局/市财政局|各县|", "|^1|市住建局||"},
		},
		"a cell that reaches to the end":     {`<table><tr><td rowspan=0>甲<td>乙<tr><td>丙<tr><td>丁</table>`, []string{"|甲|乙|", "|^甲|丙|", "|^甲|丁|"}},
		"a caption":                          {`<table><caption>分工表</caption><tr><td>甲<td>乙</table>`, []string{"分工表", "|甲|乙|"}},
		"a table that arranges the page":     {`<table><tr><td>左<td><table><tr><td>甲<td>乙</table></table>`, []string{"左", "|甲|乙|"}},
		"a table of one cell is a frame":     {`<table><tr><td><p>甲<p>乙</table>`, []string{"甲", "乙"}},
		"cells that overlap do not multiply": {`<table><tr><td rowspan=99999 colspan=2>甲<td>乙<tr><td>丙</table>`, []string{"|甲|^甲|乙|", "|^甲|^甲|丙|"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc, err := Read(t.Context(), "页面.html", []byte(test.page))
			require.NoError(t, err)
			require.Equal(t, test.want, lines(doc))
		})
	}
}

func TestHTMLHeadings(t *testing.T) {
	doc, err := Read(t.Context(), "页面", []byte(`<html><h1>一</h1><p>二</p><h3>三</h3>`))
	require.NoError(t, err)
	var got []int
	for _, b := range doc.Blocks {
		got = append(got, b.Paragraph.Heading)
	}
	require.Equal(t, []int{1, 0, 3}, got)
}

func TestHTMLWithoutTheSiteAroundIt(t *testing.T) {
	content := `<p>` + strings.Repeat("加强教师队伍建设。", 30) + `</p><p>附件：<a href="a">一</a></p>`
	page := `<!DOCTYPE html><html><body><header><h1>某市人民政府</h1></header>
		<nav><a href="/">首页</a></nav>
		<div class="crumbs">当前位置：<a href="/">首页</a></div>
		<div><a>首页</a> &gt; <a>政务公开</a> &gt; <a>文件</a></div>
		<ul><li><a>要闻</a></li><li><a>公告</a></li><li><a>服务</a></li></ul>
		<div class="content header"><h1>实施方案</h1>` + content + `</div>
		<aside>推荐</aside><footer>版权所有</footer></body></html>`
	doc, err := Read(t.Context(), "页面.html", []byte(page))
	require.NoError(t, err)
	require.Equal(t, []string{"实施方案", strings.Repeat("加强教师队伍建设。", 30), "附件：一"}, lines(doc))
}

func TestHTMLEncodings(t *testing.T) {
	page := `<html><head><meta charset="gb2312"></head><body><p>市教育局㙍</p></body></html>`
	coded, err := simplifiedchinese.GB18030.NewEncoder().String(page)
	require.NoError(t, err)
	for name, data := range map[string]string{
		"gb18030 called gb2312":        coded,
		"gb18030 called utf-8":         strings.Replace(coded, "gb2312", "utf-8", 1),
		"gb18030 that says nothing":    strings.Replace(coded, `<meta charset="gb2312">`, "", 1),
		"utf-8 called gb2312":          page,
		"utf-8 with a byte order mark": "\xef\xbb\xbf" + page,
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := Read(t.Context(), "页面.html", []byte(data))
			require.NoError(t, err)
			require.Equal(t, []string{"市教育局㙍"}, lines(doc))
		})
	}
}

func TestHTMLWithTooManyTags(t *testing.T) {
	_, err := Read(t.Context(), "页面.html", []byte("<p>"+strings.Repeat("<", maxTags+1)))
	requireReason(t, TooLarge, err)
	_, err = Read(t.Context(), "页面.html", []byte(strings.Repeat("<div>", 5000)))
	requireReason(t, Damaged, err)
}
