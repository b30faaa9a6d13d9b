package main

import (
	"go/ast"
	"go/constant"
	"go/types"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// constant exchanges a use of a constant for the one that is declared beside it.
func (f *finder) constant(id *ast.Ident) {
	c, ok := f.pkg.TypesInfo.Uses[id].(*types.Const)
	if !ok {
		return
	}
	if to := beside(f.pkg, c); to != nil {
		f.replace(state, id, to.Name())
	}
}

var plain = regexp.MustCompile(`^"[a-z][a-z0-9_.]*"$`)

// beside gives the constant of the same closed set on the next line, else on the line before; nil when there is none.
func beside(pkg *packages.Package, c *types.Const) *types.Const {
	if c.Pkg() == nil || c.Parent() != c.Pkg().Scope() || !strings.HasPrefix(c.Pkg().Path(), module+"/") || !isMember(c) {
		return nil
	}
	here := pkg.Fset.Position(c.Pos())
	var before *types.Const
	for _, name := range c.Pkg().Scope().Names() {
		o, ok := c.Pkg().Scope().Lookup(name).(*types.Const)
		if !ok || !types.Identical(o.Type(), c.Type()) || !isMember(o) || o.Pkg() != pkg.Types && !o.Exported() {
			continue
		}
		at := pkg.Fset.Position(o.Pos())
		switch {
		case at.Filename != here.Filename:
		case at.Line == here.Line+1:
			return o
		case at.Line == here.Line-1:
			before = o
		}
	}
	return before
}

// isMember tells states, permissions, roles and levels from limits and pieces of text.
func isMember(c *types.Const) bool {
	b, ok := c.Type().Underlying().(*types.Basic)
	if !ok {
		return false
	}
	_, named := c.Type().(*types.Named)
	return b.Info()&types.IsString != 0 && plain.MatchString(c.Val().ExactString()) || named && b.Info()&types.IsInteger != 0
}

// neighbours gives each value of a list the next one.
func neighbours(out map[string]string, list []string) {
	for i, v := range list {
		if len(list) > 1 {
			out[v] = list[(i+1)%len(list)]
		}
	}
}

// rowsOf gives the codes of set.New("…", set.Row{"code", …}, …).
func rowsOf(call *ast.CallExpr) (out []string) {
	for _, arg := range call.Args {
		row, ok := arg.(*ast.CompositeLit)
		if !ok || len(row.Elts) == 0 {
			continue
		}
		code, ok := row.Elts[0].(*ast.BasicLit)
		if sel, isRow := row.Type.(*ast.SelectorExpr); ok && isRow && sel.Sel.Name == "Row" {
			text, _ := strconv.Unquote(code.Value)
			out = append(out, text)
		}
	}
	return out
}

// isSet says whether a call makes a closed set.
func (f *finder) isSet(c *ast.CallExpr) bool {
	called, ok := f.called(c).(*types.Func)
	return ok && called.FullName() == module+"/internal/platform/set.New"
}

// members puts the codes of the rows of a closed set beside one another.
func (f *finder) members(rows []ast.Expr, sets map[string]string) {
	var codes []string
	for _, r := range rows {
		if row, ok := r.(*ast.CompositeLit); ok && len(row.Elts) > 0 && f.isConstant(row.Elts[0]) {
			codes = append(codes, constant.StringVal(f.pkg.TypesInfo.Types[row.Elts[0]].Value))
		}
	}
	for i, c := range codes {
		if len(codes) > 1 {
			sets[c] = codes[(i+1)%len(codes)]
		}
	}
}

// setsOf gives the neighbour of each value of the closed sets that a package knows: its sets, the enums of its inputs, its constants
// and those of what it imports.
func setsOf(pkg *packages.Package) map[string]string {
	out := map[string]string{}
	for _, file := range pkg.Syntax {
		ast.Inspect(file, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok && field.Tag != nil {
				tag, _ := strconv.Unquote(field.Tag.Value)
				enum := strings.FieldsFunc(reflect.StructTag(tag).Get("enum"), func(r rune) bool { return r == ',' })
				neighbours(out, enum)
			}
			if call, ok := n.(*ast.CallExpr); ok {
				neighbours(out, rowsOf(call))
			}
			if c, ok := n.(*ast.CallExpr); ok {
				f := finder{pkg: pkg}
				if f.isSet(c) {
					f.members(c.Args[1:], out)
				}
			}
			return true
		})
	}
	for _, from := range append([]*types.Package{pkg.Types}, pkg.Types.Imports()...) {
		for _, name := range from.Scope().Names() {
			c, ok := from.Scope().Lookup(name).(*types.Const)
			if !ok || c.Val().Kind() != constant.String {
				continue
			}
			value, _ := strconv.Unquote(c.Val().ExactString())
			if to := beside(pkg, c); to != nil && out[value] == "" {
				out[value], _ = strconv.Unquote(to.Val().ExactString())
			}
		}
	}
	return out
}
