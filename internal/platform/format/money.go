package format

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// Yuan writes fen as money: “1,234.50 元”.
func Yuan(fen int64) string { return Number(fen) + " 元" }

// Sum is Yuan for pages, where no line may end before the unit.
func Sum(fen int64) string { return Number(fen) + "\u00a0元" }

// Number is Yuan without the unit, for a figure whose unit stands in its label.
func Number(fen int64) string { return Thousands(Plain(fen)) }

// Plain writes fen as a number of yuan, as spreadsheets and fields need it: “1234.50”.
func Plain(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	cents := Int(fen % 100)
	if len(cents) == 1 {
		cents = "0" + cents
	}
	return sign + Int(fen/100) + "." + cents
}

var errYuan = errors.New("应是金额，单位是元，最多两位小数，如 1234.50")

// mostYuan is how many digits an amount may have before its point.
const mostYuan = 12

// ReadYuan reads money as people write it, in yuan: “1234.5”, “1,234.50”, “１２００元”. It never passes through a fraction.
func ReadYuan(text string) (fen int64, err error) {
	text = strings.TrimSuffix(width.Narrow.String(strings.Join(strings.Fields(text), "")), "元")
	text, minus := strings.CutPrefix(strings.TrimPrefix(text, "¥"), "-")
	whole, cents, dot := strings.Cut(strings.ReplaceAll(text, ",", ""), ".")
	if whole == "" || len(whole) > mostYuan || len(cents) > 2 || dot && cents == "" || strings.Trim(whole+cents, "0123456789") != "" {
		return 0, errYuan
	}
	fen, err = strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	switch {
	case err != nil:
		return 0, errYuan
	case minus:
		fen = -fen
	}
	return fen, nil
}
