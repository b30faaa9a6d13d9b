package setting

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"linli/internal/platform/errs/errstest"
)

var update = flag.Bool("update", false, "write golden files anew")

// The limits and defaults of all settings stand in one file, where a change of one is seen and has to be meant.
func TestLimitsAreMeant(t *testing.T) {
	const name = "testdata/limits.txt"
	var out strings.Builder
	for _, d := range Definitions {
		fmt.Fprintf(&out, "%s %s", d.Key, d.Default)
		if !d.isText() {
			fmt.Fprintf(&out, " (%d to %d)", d.Min, d.Max)
		}
		if d.Fixed {
			out.WriteString(" fixed by " + d.Source)
		}
		out.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(name); err != nil || out.String() != string(want) {
		t.Errorf("%s is not what the settings are now: look at the difference, then run go test ./internal/civic/setting -update (%v)", name, err)
	}
}

// Every setting takes its default, its least and its greatest value, and nothing beyond.
func TestValuesAtTheEdge(t *testing.T) {
	for _, d := range Definitions {
		t.Run(string(d.Key), func(t *testing.T) {
			errstest.Is(t, d.valid(d.Default), "")
			if d.isText() {
				return
			}
			for n, want := range map[int64]string{d.Min - 1: "invalid value: " + strconv.FormatInt(d.Max, 10), d.Min: "", d.Max: "",
				d.Max + 1: "invalid value"} {
				errstest.Is(t, d.valid(strconv.FormatInt(n, 10)), want)
			}
		})
	}
	for _, c := range []struct {
		check func(string) error
		text  string
		ok    bool
	}{
		{isHours, "08:30-12:00,12:00-17:30", true}, {isHours, "08:30-12:00,11:59-17:30", false}, {isHours, "08:30-08:30", false},
		{isHours, "08:30-08:31", true},
		{isHours, "14:30-17:30,08:30-12:00", false}, {isHours, "8-12", false}, {isHours, "08:30-24:00", false}, {isHours, "", false},
		{isMonths, "1-12", true}, {isMonths, "0-12", false}, {isMonths, "1-13", false}, {isMonths, "5-5", true}, {isMonths, "6-5", false},
		{isMonths, "5", false}, {isMonths, "x-5", false},
		{isShortText, "", false}, {isShortText, "书", true}, {isShortText, strings.Repeat("书", 12), true},
		{isShortText, strings.Repeat("书", 13), false},
		{isFiling(icpForm, ""), "", true}, {isFiling(icpForm, ""), "蒙ICP备12345678号", true}, {isFiling(icpForm, ""), "蒙ICP备1234567890号-123", true},
		{isFiling(icpForm, ""), "蒙ICP备1234567号", false}, {isFiling(icpForm, ""), "ICP备12345678号", false},
		{isFiling(icpForm, ""), "蒙ICP备12345678号-1 ", false}, {isFiling(policeForm, ""), "蒙公网安备15010202150001号", true},
		{isFiling(policeForm, ""), "蒙公网安备 15010202150001号", true}, {isFiling(policeForm, ""), "蒙公网安备1501020215000号", false},
		{isList, "新华社", true}, {isList, "新华社、人民日报", true}, {isList, "新华社、", false}, {isList, " ", false},
	} {
		want := ""
		if !c.ok {
			want = "invalid value"
		}
		t.Run(c.text, func(t *testing.T) { errstest.Is(t, c.check(c.text), want) })
	}
}
