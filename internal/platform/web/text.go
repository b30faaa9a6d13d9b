package web

import (
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"linli/internal/platform/spelling"
)

// lineLength is the longest text that must be one line: line breaks are for the longer ones only.
const lineLength = 100

// AnyText is the schema format of a text that is taken as it comes, because every text has an answer; its operation cleans it.
const AnyText = "any-text"

// Fen is the schema format of an amount of money: a number of fen in JSON, written in yuan in a form.
const Fen = "fen"

// tidy trims every text of a value and refuses characters that deceive or break things: control and bidirectional ones, noncharacters.
func tidy(at string, obj map[string]any, s *huma.Schema, faults *faults) {
	for name, v := range obj {
		child := property(s, name)
		obj[name] = tidyValue(at+"."+name, v, child, faults)
		if msg := spelling.Deceives(name, true); msg != "" {
			faults.add(at, "字段名里有不能用的字符")
			delete(obj, name)
		}
	}
}

func tidyValue(at string, v any, s *huma.Schema, faults *faults) any {
	switch v := v.(type) {
	case string:
		if s != nil && s.Format == AnyText {
			return v
		}
		oneLine := s == nil || s.MaxLength == nil || *s.MaxLength <= lineLength
		if !oneLine {
			v = strings.ReplaceAll(v, "\r\n", "\n")
		}
		if msg := spelling.Deceives(v, oneLine); msg != "" {
			faults.add(at, msg)
		}
		if s != nil && s.ContentEncoding == "base64" {
			return v
		}
		return strings.TrimSpace(v)
	case []any:
		var items *huma.Schema
		if s != nil {
			items = s.Items
		}
		for i, x := range v {
			v[i] = tidyValue(fmt.Sprintf("%s[%d]", at, i), x, items, faults)
		}
	case map[string]any:
		if s = resolve(s); s == nil {
			s = &huma.Schema{}
		}
		tidy(at, v, s, faults)
	}
	return v
}

const missing = "\x00"

// The words of the schema check, as people read them beside a field.
func init() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	validation.MsgUnexpectedProperty = "没有这个字段"
	validation.MsgExpectedRFC3339DateTime = "应是带时区的时间，如 2026-11-23T09:00:00+08:00"
	validation.MsgExpectedRFC3339Date = "应是日期，如 2026-11-23"
	validation.MsgExpectedRFC3339Time = "应是时刻，如 09:00:00"
	validation.MsgExpectedRFC5322Email = "邮箱格式不对：%v"
	validation.MsgExpectedRFC3986URI = "网址格式不对：%v"
	validation.MsgExpectedBoolean = "应是“是”或“否”"
	validation.MsgExpectedNumber = "应是数字"
	validation.MsgExpectedInteger = "应是整数"
	validation.MsgExpectedString = "应是文字"
	validation.MsgExpectedBase64String = "应是 base64 编码的文件"
	validation.MsgExpectedArray = "应是一组值"
	validation.MsgExpectedObject = "应是一个对象"
	validation.MsgExpectedArrayItemsUnique = "不能重复"
	validation.MsgExpectedOneOf = "应是其中之一：\"%s\""
	validation.MsgExpectedConst = "应是 %v"
	validation.MsgExpectedMinimumNumber = "不能小于 %v"
	validation.MsgExpectedExclusiveMinimumNumber = "应大于 %v"
	validation.MsgExpectedMaximumNumber = "不能大于 %v"
	validation.MsgExpectedExclusiveMaximumNumber = "应小于 %v"
	validation.MsgExpectedNumberBeMultipleOf = "应是 %v 的倍数"
	validation.MsgExpectedMinLength = "至少 %d 个字"
	validation.MsgExpectedMaxLength = "最多 %d 个字"
	validation.MsgExpectedBePattern = "格式不对：应是%s"
	validation.MsgExpectedMatchPattern = "格式不对：%s"
	validation.MsgExpectedMinItems = "至少 %d 项"
	validation.MsgExpectedMaxItems = "最多 %d 项"
	validation.MsgExpectedMinProperties = "至少 %d 个字段"
	validation.MsgExpectedMaxProperties = "最多 %d 个字段"
	// huma reports a missing property at its parent; check moves it to the property, marked by this prefix.
	validation.MsgExpectedRequiredProperty = missing + "%s"
	validation.MsgExpectedDependentRequiredProperty = "填了 %[2]s 就要填 %[1]s"
}
