package region

import "testing"

// The name on the sign follows the statistical name where that tells it, and is asked of people where it does not.
func TestSignName(t *testing.T) {
	for _, c := range []struct {
		name, sign string
		sure       bool
	}{
		{"第一嘎查村民委员会", "第一嘎查", true},
		{"宝力根嘎查委员会", "宝力根嘎查", true},
		{"宝力根嘎查", "宝力根嘎查", true},
		{"乌兰图嘎嘎查村委会", "乌兰图嘎嘎查", true},
		{"后罗家营村民委员会", "后罗家营村", true},
		{"毫沁营村委会", "毫沁营村", true},
		{"后罗家营村", "后罗家营村", true},
		{"王家圪旦村村委会", "王家圪旦村", true},
		{"新村村委会", "新村", false},
		{"公主府社区居委会", "公主府社区", true},
		{"公主府社区居民委员会", "公主府社区", true},
		{"公主府社区", "公主府社区", true},
		{"金龙居委会", "金龙社区", false},
		{"东风居民委员会", "东风社区", false},
		{"第三生产队", "第三生产队", false},
		{"村委会", "村委会", false},
	} {
		if sign, sure := SignName(c.name); sign != c.sign || sure != c.sure {
			t.Errorf("%s: %s %v, want %s %v", c.name, sign, sure, c.sign, c.sure)
		}
	}
}
