package policy

import "regexp"

// achieveWords are verbs whose object is produced: a number of things after
// them is a goal.
const achieveWords = `建成投用|建成|新建成|新改扩建|改扩建|新建|改建|扩建|建设|建有|建好|建立|建|设置|设立|设有|配备|配置|打造|培育|培养|创建|创成|完成|新增|组建|开展|举办|引进|认定|遴选|推出|办好|形成|实施|选派|选聘|招聘|培训|掌握|改造|新认定|布局|评选|选树|孵化|开设|开发|组织|修订|制定|立项|推广|增设|布设|投放|招引|改扩|提供|发展|新增加|落实|支持建设|实现`

var (
	achieving     = regexp.MustCompile(`(?:` + achieveWords + `)(?:了)?[ ]*$`)
	achievingNoun = regexp.MustCompile(`(?:(?:累计|净)?新增|增加|新建|建成|建设|完成|培训|培养|引进|招聘|招引|改造|开发|发放|开展|组织|提供|新改扩建|改扩建|培育|创建|治理|整治|修复|清理|选派|认定|打造|推出)((?:\p{Han}|[“”（）()]){2,20})$`)
	alreadyDone   = regexp.MustCompile(`(?:已|已经|目前|现有|现已|原有|截至目前|去年|上年|近年来|曾|累计已)`)
	atLeastBefore = regexp.MustCompile(`(?:至少|不少于|最少|不低于)`)
)
