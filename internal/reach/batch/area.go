package batch

import (
	_ "embed"

	"linli/internal/platform/area"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func Area() area.Area {
	return area.Area{Name: "batch", Routes: Routes, Words: routeWords, Menu: []area.Entry{
		{Shell: "site", Group: "公开", Rank: 59, Perm: Look, Href: "/schemas", Label: "数据交换格式", Icon: "doc"}},
		Limits: []area.Limit{{Name: "batch.line", Value: "16 KiB", What: "一批数据里最长的一行"}}}
}
