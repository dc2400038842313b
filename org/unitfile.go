package org

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing to correct in a list of units.
type Fault struct {
	// Row is counted from 1, blank rows left out; 0 where the fault is not in one.
	Row    int    `json:"row"`
	Column string `json:"column"` // its head
	Zh     string `json:"zh"`
	En     string `json:"en"`
}

// The columns of a list of units, and the other heads that mean the same.
var unitColumns = [...]struct {
	head  string
	heads []string
}{
	{colID, []string{"编号", "单位编号", "代码", "id"}},
	{colName, []string{"单位名称", "名称", "单位", "全称", "单位全称", "name"}},
	{colShort, []string{"简称", "单位简称", "shortname"}},
	{colLevel, []string{"级别", "层级", "单位级别", "level"}},
	{colKind, []string{"类别", "类型", "单位类别", "单位类型", "kind"}},
	{colAliases, []string{"别名", "其他名称", "曾用名", "aliases"}},
	{colGroups, []string{"所属组", "单位组", "所属单位组", "groups"}},
	{colMembers, []string{"成员", "组成员", "成员单位", "members"}},
}

const (
	colID      = "编号"
	colName    = "单位名称"
	colShort   = "简称"
	colLevel   = "级别"
	colKind    = "类别"
	colAliases = "别名"
	colGroups  = "所属组"
	colMembers = "成员"
)

// termed is a value of the registry with the words that lists use for it.
type termed struct {
	value string
	words []string
}

var levelTerms = [...]termed{
	{"province", []string{"省", "省级", "省直", "自治区"}}, {"city", []string{"市", "市级", "市直", "地级市", "州", "州级"}},
	{"county", []string{"县", "区", "县区", "县（区）", "县级", "区县", "区级", "县(区)"}}, {"town", []string{"镇", "乡", "乡镇", "街道", "镇街", "乡镇（街道）", "乡镇(街道)"}},
	{"school", []string{"学校", "院校", "高校"}},
}

var kindTerms = [...]termed{
	{"party", []string{"党委", "党委部门", "党群", "党委工作部门"}}, {"government", []string{"政府", "政府部门", "行政", "行政机关"}},
	{"area", []string{"地区", "县区", "县（区）", "县(区)", "行政区"}}, {"mass", []string{"群团", "群团组织", "人民团体"}},
	{"judicial", []string{"司法", "司法机关", "法院检察院"}}, {"vertical", []string{"垂管", "垂直管理", "中央驻市", "省垂管"}},
	{"school", []string{"学校", "院校", "高校"}}, {"military", []string{"军队", "军事", "军事机关"}},
	{"institution", []string{"事业单位", "事业"}}, {"enterprise", []string{"企业", "国企", "国有企业"}},
}

// groupKind are the words in the column 类别 for a row that defines a group.
var groupKind = [...]string{"单位组", "组", "group"}

// ReadUnits reads a list of units as an office keeps it: one row each below a
// row of heads, the columns 编号, 单位名称, 简称, 级别, 类别, 别名, 所属组 in any order, of
// which only 单位名称 must be there. Several aliases or groups in a cell are divided
// by 、 or ； or line breaks.
//
// A row whose 类别 is 单位组 defines a group. Its column 成员 lists units or holds a
// rule, 级别=县区；类别=地区, which is expanded here and not kept: who belongs to a group
// is then written down, and a unit that is registered later joins by importing
// the list again. The column 所属组 adds a unit to a group and takes none away.
//
// Units and groups that known has by their names keep their ids; new ones without
// a 编号 get one that is made from their name; a blank cell changes nothing of what
// is registered. known may be nil. If there are faults, nothing else is returned.
func ReadUnits(rows [][]string, known *Registry) (units []Unit, groups []Group, aliases []Alias, faults []Fault) {
	if known == nil {
		known = &Registry{}
	}
	f := unitFile{known: known, names: map[string]int{}, ids: map[string]int{}}
	head := f.heads(rows)
	if head < 0 {
		return nil, nil, nil, []Fault{{Column: colName, Zh: "没有找到“单位名称”一栏，请在第一行写明各栏名称。",
			En: "There is no column 单位名称; name the columns in the first row."}}
	}
	f.first = head + 1
	for i := f.first; i < len(rows); i++ {
		f.row, f.cells = i+1, rows[i]
		if f.blank() {
			continue
		}
		if slices.Contains(groupKind[:], strings.ToLower(f.cell(colKind))) {
			f.readGroup()
		} else {
			f.readUnit()
		}
	}
	if len(f.units)+len(f.groups) == 0 && len(f.faults) == 0 {
		f.row = 0
		f.fault(colName, "表中没有单位。", "The list has no units.")
	}
	f.readMembers()
	if len(f.faults) > 0 {
		return nil, nil, nil, f.faults
	}
	return f.units, f.groups, f.aliases, nil
}

// unitFile holds what was read of a list so far.
type unitFile struct {
	known   *Registry
	columns map[string]int
	first   int
	row     int // the current one, counted from 1
	cells   []string
	units   []Unit
	groups  []Group
	aliases []Alias
	faults  []Fault
	names   map[string]int // every name in the list -> its row
	ids     map[string]int // every id in the list -> its row
	joins   []join
}

// join is a cell about members that is read when all units are known.
type join struct {
	row     int
	unit    string   // id of the unit that joins the groups
	groups  []string // names
	members string   // of the group, a list or a rule
	group   string   // id
}

// heads finds the row of heads among the first rows and returns its index, -1 if
// there is none.
func (f *unitFile) heads(rows [][]string) int {
	for i, row := range rows[:min(len(rows), 5)] {
		f.columns = map[string]int{}
		for j, cell := range row {
			head := strings.ToLower(Normalize(cell))
			for _, c := range unitColumns {
				if _, taken := f.columns[c.head]; !taken && slices.Contains(c.heads, head) {
					f.columns[c.head] = j
				}
			}
		}
		if _, ok := f.columns[colName]; ok && (len(f.columns) > 1 || len(row) == 1) {
			return i
		}
	}
	return -1
}

func (f *unitFile) cell(column string) string {
	if j, ok := f.columns[column]; ok && j < len(f.cells) {
		return strings.TrimSpace(f.cells[j])
	}
	return ""
}

func (f *unitFile) blank() bool {
	return !slices.ContainsFunc(f.cells, func(c string) bool { return Normalize(c) != "" })
}

// fault notes what is wrong in a column of the current row.
func (f *unitFile) fault(column, zh, en string) {
	if f.row > 0 {
		zh = fmt.Sprintf("第 %d 行“%s”：%s", f.row, column, zh)
		en = fmt.Sprintf("Row %d, column %s: %s", f.row, column, en)
	}
	f.faults = append(f.faults, Fault{Row: f.row, Column: column, Zh: zh, En: en})
}

// list divides a cell of several names: at ； and line breaks, and at 、 and ，
// outside of brackets.
func list(cell string) []string {
	var names []string
	depth, start := 0, 0
	cut := func(end int) {
		if name := strings.TrimSpace(cell[start:end]); name != "" {
			names = append(names, name)
		}
	}
	for i, c := range cell {
		switch {
		case strings.ContainsRune("（(〔[", c):
			depth++
		case strings.ContainsRune("）)〕]", c):
			depth--
		case strings.ContainsRune("；;\n", c) || depth <= 0 && strings.ContainsRune("、，,", c):
			cut(i)
			start, depth = i+len(string(c)), 0
		}
	}
	cut(len(cell))
	return names
}

// takeName notes a name of the list, which must be there once.
func (f *unitFile) takeName(column, name string) bool {
	key := Normalize(name)
	switch row, twice := f.names[key]; {
	case key == "":
		f.fault(column, "不能为空。", "It must not be blank.")
		return false
	case len([]rune(name)) > maxName:
		f.fault(column, fmt.Sprintf("超过 %d 字。", maxName), fmt.Sprintf("It has more than %d characters.", maxName))
		return false
	case twice && row == f.row && column == colAliases:
		return false // an alias that is the name itself says nothing new
	case twice:
		f.fault(column, fmt.Sprintf("“%s”与第 %d 行重复。", name, row), fmt.Sprintf("%q stands in row %d already.", name, row))
		return false
	}
	f.names[key] = f.row
	return true
}

// Lengths in characters that the registry keeps.
const (
	maxName = 200
	maxID   = 64
)

// takeID returns the id of the row: the one written, that of what is registered
// under the name, or one made from the name.
func (f *unitFile) takeID(prefix, name string, registered func(string) string) string {
	id := f.cell(colID)
	switch {
	case id == "":
		if id = registered(name); id == "" {
			sum := sha256.Sum256([]byte(Normalize(name)))
			id = prefix + hex.EncodeToString(sum[:8])
		}
	case len([]rune(id)) > maxID || strings.ContainsAny(id, " \t\n/\\?#%"):
		f.fault(colID, "编号只能是 64 字以内的字母、数字和短横。", "An id has letters, digits and hyphens, 64 at most.")
	}
	if row, twice := f.ids[id]; twice {
		f.fault(colID, fmt.Sprintf("编号“%s”与第 %d 行重复。", id, row), fmt.Sprintf("The id %q stands in row %d already.", id, row))
	}
	f.ids[id] = f.row
	return id
}

// term reads a cell whose words are known.
func (f *unitFile) term(column string, terms []termed) string {
	value, ok := meaning(f.cell(column), terms)
	if !ok {
		allowed := make([]string, len(terms))
		for i, t := range terms {
			allowed[i] = t.words[0]
		}
		f.fault(column, "不认识“"+f.cell(column)+"”，可填："+strings.Join(allowed, "、")+"。",
			fmt.Sprintf("%q is not known; use one of %s.", f.cell(column), strings.Join(allowed, ", ")))
	}
	return value
}

func meaning(word string, terms []termed) (string, bool) {
	for _, t := range terms {
		if strings.EqualFold(t.value, word) || slices.Contains(t.words, word) {
			return t.value, true
		}
	}
	return "", word == ""
}

func (f *unitFile) readUnit() {
	name := f.cell(colName)
	if !f.takeName(colName, name) {
		return
	}
	u := Unit{Name: name, ShortName: f.cell(colShort), Active: true, Level: f.term(colLevel, levelTerms[:]), Kind: f.term(colKind, kindTerms[:])}
	u.ID = f.takeID("u-", name, f.known.unitNamed)
	if before, ok := f.known.Unit(u.ID); ok {
		u.Position = before.Position
		u.keep(before)
	} else {
		u.Position = f.known.lastPosition() + f.row - f.first
	}
	f.units = append(f.units, u)
	f.readAliases(Alias{Unit: u.ID})
	if f.cell(colMembers) != "" {
		f.fault(colMembers, "只有类别为“单位组”的行可以填成员。", "Only a row whose 类别 is 单位组 has members.")
	}
	if groups := list(f.cell(colGroups)); len(groups) > 0 {
		f.joins = append(f.joins, join{row: f.row, unit: u.ID, groups: groups})
	}
}

// keep takes over what the list leaves blank or has no column for.
func (u *Unit) keep(before Unit) {
	u.ShortName = cmp.Or(u.ShortName, before.ShortName)
	u.Level = cmp.Or(u.Level, before.Level)
	u.Kind = cmp.Or(u.Kind, before.Kind)
	if u.MergedInto = before.MergedInto; u.MergedInto != "" {
		u.Active = false
	}
}

func (f *unitFile) readAliases(a Alias) {
	for _, name := range list(f.cell(colAliases)) {
		if f.takeName(colAliases, name) {
			a.Alias, a.Reason = name, "单位导入"
			f.aliases = append(f.aliases, a)
		}
	}
}

func (f *unitFile) readGroup() {
	name := f.cell(colName)
	if !f.takeName(colName, name) {
		return
	}
	g := Group{Name: name, ID: f.takeID("g-", name, f.known.groupNamed)}
	g.Members = f.known.groupMembers(g.ID)
	f.groups = append(f.groups, g)
	f.readAliases(Alias{Group: g.ID})
	if members := f.cell(colMembers); members != "" {
		f.joins = append(f.joins, join{row: f.row, group: g.ID, members: members})
	}
}
