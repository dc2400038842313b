package light

// Names of the presets: tables that a plan can take as they are or start from.
// The three beside the default follow what cities have written into their rules;
// where those leave a figure open it is chosen here.
const (
	PresetDefault   = "default"
	PresetSanming   = "sanming"   // 三明 2017: supervision slips in three colours
	PresetSuqian    = "suqian"    // 宿迁 2025: blue near the date, yellow behind, red overdue
	PresetGuangyuan = "guangyuan" // 广元 2018: yellow and red cards
)

// Presets returns the names of all presets.
func Presets() []string {
	return []string{PresetDefault, PresetSanming, PresetSuqian, PresetGuangyuan}
}

// Preset returns a preset by its name.
func Preset(name string) (Table, bool) {
	var rules []Rule
	switch name {
	case PresetDefault:
		rules = defaultRules()
	case PresetSanming:
		rules = sanmingRules()
	case PresetSuqian:
		rules = suqianRules()
	case PresetGuangyuan:
		rules = guangyuanRules()
	default:
		return Table{}, false
	}
	return Table{Preset: name, Rules: rules}, true
}

// Default returns the table of a plan that sets none: red for what is overdue,
// yellow for what is due within 5 working days or 20 points behind.
func Default() Table {
	return Table{Preset: PresetDefault, Rules: defaultRules()}
}

func defaultRules() []Rule {
	return []Rule{
		{Key: "overdue", Light: Red, When: overdue(0)},
		{Key: "due-soon", Light: Yellow, When: dueWithin(5)},
		{Key: "behind", Light: Yellow, When: behind(20)},
	}
}

// sanmingRules: a blue slip reminds of slow or poor work, an orange one warns
// where it is still not finished, a red one orders it to be finished.
func sanmingRules() []Rule {
	return []Rule{
		{Key: "slow", Light: Blue, When: behind(10), Zh: "蓝色督查单", En: "blue slip"},
		{Key: "poor", Light: Blue, When: counted(Returned, 1), Zh: "蓝色督查单", En: "blue slip"},
		{Key: "unfinished", Light: Orange, When: overdue(0), Zh: "橙色督查单", En: "orange slip"},
		{Key: "still-unfinished", Light: Red, When: overdue(10), Zh: "红色督查单", En: "red slip"},
		{Key: "supervised-again", Light: Red, When: append(overdue(0), counted(Ordered, 2)...), Zh: "红色督查单", En: "red slip"},
	}
}

// suqianRules: blue when the date is near, yellow behind the time that is gone or
// for poor work, red overdue, each until it is finished.
func suqianRules() []Rule {
	return []Rule{
		{Key: "near", Light: Blue, When: dueWithin(5)},
		{Key: "behind", Light: Yellow, When: behind(10)},
		{Key: "poor", Light: Yellow, When: counted(Returned, 1)},
		{Key: "overdue", Light: Red, When: overdue(0)},
	}
}

// guangyuanRules: a yellow card for what is late and can still be reached, a red
// one for what cannot, and for what was supervised twice.
func guangyuanRules() []Rule {
	return []Rule{
		{Key: "late", Light: Yellow, When: overdue(0), Zh: "黄牌", En: "yellow card"},
		{Key: "out-of-reach", Light: Red, When: append(overdue(5), Condition{Kind: Below, Points: 50}), Zh: "红牌", En: "red card"},
		{Key: "long-overdue", Light: Red, When: overdue(15), Zh: "红牌", En: "red card"},
		{Key: "supervised-again", Light: Red, When: append(overdue(0), counted(Ordered, 2)...), Zh: "红牌", En: "red card"},
	}
}

func overdue(workingDays int) []Condition {
	return []Condition{{Kind: Overdue, Days: workingDays, Working: true}}
}

func dueWithin(workingDays int) []Condition {
	return []Condition{{Kind: DueWithin, Days: workingDays, Working: true}}
}

func behind(points int) []Condition { return []Condition{{Kind: Behind, Points: points}} }

func counted(kind Kind, count int) []Condition { return []Condition{{Kind: kind, Count: count}} }
