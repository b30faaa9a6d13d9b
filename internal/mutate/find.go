package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// The kinds of damage.
const (
	compare   = "compare"    // an operator moved to its neighbour: < and <=, > and >=, == and !=
	negate    = "negate"     // a condition turned round
	logic     = "logic"      // && and ||
	permit    = "permission" // auth.Allow, auth.Require or the scope of a list left out
	state     = "state"      // a constant or literal of a closed set exchanged for its neighbour
	swap      = "swap"       // neighbouring values of one type exchanged: of a call, a row or an assignment
	number    = "number"     // a whole number one more or one less
	inQuery   = "sql"        // an operator of a statement moved to its neighbour
	inQueryOr = "sql-logic"  // AND of a statement made OR
	inQueryIs = "sql-state"  // a state of a statement exchanged
)

// Place is a spot of the code and the text that breaks it there.
type Place struct {
	Package string // its import path
	File    string
	Line    int
	Text    string // the line, trimmed
	Kind    string
	What    string // what becomes of what

	from, to int // the bytes that are replaced
	with     string
	frame    frame
}

// frame is what stands twice in the woven file, whole and broken: the body of a function, or a value of a package variable.
// Constants cannot.
type frame struct {
	from, to int
	form     form
	typ      string // of the variable, when it is written
}

type form int

const (
	alone     form = iota
	body           // of a function without results
	returning      // body of a function with results
	value
)

// finder collects the places of one file.
type finder struct {
	pkg  *packages.Package
	name string
	src  []byte
	sets map[string]string // a value of a closed set → its neighbour
	skip map[ast.Node]bool
	in   frame
	out  []Place

	isConst bool // within a constant
}

// demo is the file in which an area says what the demonstration shows: data for whoever looks around, which operations take or refuse.
const demo = "demo.go"

// find gives all places of a package, in the order of its text.
func find(pkg *packages.Package) ([]Place, error) {
	sets := setsOf(pkg)
	var out []Place
	for _, file := range pkg.Syntax {
		name := pkg.Fset.Position(file.Package).Filename
		if ast.IsGenerated(file) || filepath.Base(name) == demo {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f := &finder{pkg: pkg, name: name, src: src, sets: sets, skip: map[ast.Node]bool{}}
		for _, d := range file.Decls {
			f.declaration(d)
		}
		out = append(out, f.out...)
	}
	slices.SortStableFunc(out, func(a, b Place) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.from - b.from
	})
	return out, nil
}

func (f *finder) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Body != nil {
			f.body(d.Type, d.Body)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				f.values(v, d.Tok == token.VAR)
			}
		}
	}
}

func (f *finder) body(of *ast.FuncType, b *ast.BlockStmt) {
	defer func(in frame) { f.in = in }(f.in)
	f.in = frame{from: f.offset(b.Lbrace) + 1, to: f.offset(b.Rbrace), form: body}
	if of.Results != nil {
		f.in.form = returning
	}
	ast.Inspect(b, f.visit)
}

func (f *finder) values(v *ast.ValueSpec, isVar bool) {
	for _, e := range v.Values {
		f.in = frame{}
		if isVar && !f.calls(e) {
			f.in = frame{from: f.offset(e.Pos()), to: f.offset(e.End()), form: value}
		}
		if v.Type != nil {
			f.in.typ = f.text(v.Type)
		}
		f.isConst = !isVar
		ast.Inspect(e, f.visit)
	}
	f.isConst = false
}

// calls says whether an expression calls a function when it is worked out. Such a one must not be worked out twice: statements and closed
// sets are registered by their names.
func (f *finder) calls(e ast.Expr) (calls bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && !f.pkg.TypesInfo.Types[c.Fun].IsType() {
			calls = true
		}
		_, later := n.(*ast.FuncLit)
		return !later
	})
	return calls
}

func (f *finder) offset(p token.Pos) int { return f.pkg.Fset.Position(p).Offset }

func (f *finder) visit(n ast.Node) bool {
	if n == nil || f.skip[n] {
		return false
	}
	switch n := n.(type) {
	case *ast.FuncLit:
		if f.in.form == alone || f.in.form == value {
			f.body(n.Type, n.Body)
			return false
		}
	case *ast.Field:
		if n.Tag != nil {
			f.skip[n.Tag] = true
		}
	case *ast.IfStmt:
		f.negate(n.Cond)
	case *ast.CaseClause:
		for _, e := range n.List {
			if b, ok := f.pkg.TypesInfo.TypeOf(e).(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
				f.negate(e)
			}
		}
	case *ast.BinaryExpr:
		f.binary(n)
	case *ast.CallExpr:
		if f.isSet(n) { // what a state is called is no rule
			return false
		}
		f.call(n)
	case *ast.CompositeLit:
		f.row(n)
	case *ast.KeyValueExpr: // ranks lie apart: one more or less moves no line of a menu
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rank" {
			f.skip[n.Value] = true
		}
	case *ast.AssignStmt:
		f.neighbours(n.Rhs)
	case *ast.BasicLit:
		f.literal(n)
	case *ast.Ident:
		f.constant(n)
	}
	return true
}

func (f *finder) text(n ast.Node) string {
	return string(f.src[f.offset(n.Pos()):f.offset(n.End())])
}

// add notes that the bytes from…to may be replaced.
func (f *finder) add(kind string, from, to int, with string) {
	f.say(kind, from, to, with, short(string(f.src[from:to]))+" to "+short(with))
}

func (f *finder) say(kind string, from, to int, with, what string) {
	start := strings.LastIndexByte(string(f.src[:from]), '\n') + 1
	text, _, _ := strings.Cut(string(f.src[start:]), "\n")
	f.out = append(f.out, Place{Package: f.pkg.PkgPath, File: f.name, Line: strings.Count(string(f.src[:from]), "\n") + 1,
		Text: strings.TrimSpace(text), Kind: kind, What: what, from: from, to: to, with: with, frame: f.in})
}

func (f *finder) replace(kind string, n ast.Node, with string) {
	f.add(kind, f.offset(n.Pos()), f.offset(n.End()), with)
}

func short(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return string(r)
}

// negate leaves out plain comparisons, which compare turns round, and failures, which are no rules.
func (f *finder) negate(cond ast.Expr) {
	if b, ok := cond.(*ast.BinaryExpr); ok && (b.Op == token.EQL || b.Op == token.NEQ) {
		return
	}
	f.replace(negate, cond, "!("+f.text(cond)+")")
}

var neighbour = map[token.Token]token.Token{token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND}

func (f *finder) binary(b *ast.BinaryExpr) {
	to, ok := neighbour[b.Op]
	if !ok || types.Identical(f.pkg.TypesInfo.TypeOf(b.X), types.Universe.Lookup("error").Type()) {
		return
	}
	kind := compare
	if b.Op == token.LAND || b.Op == token.LOR {
		kind = logic
	}
	from := f.offset(b.OpPos)
	f.add(kind, from, from+len(b.Op.String()), to.String())
}

func (f *finder) call(c *ast.CallExpr) {
	switch called := f.called(c).(type) {
	case *types.Builtin:
		if called.Name() == "make" { // nothing but time depends on a capacity
			for _, a := range c.Args[1:] {
				f.skip[a] = true
			}
		}
	case *types.Func:
		switch called.FullName() {
		case module + "/internal/platform/auth.Allow", module + "/internal/platform/auth.Require":
			args := f.src[f.offset(c.Lparen)+1 : f.offset(c.Rparen)]
			f.replace(permit, c, "func(...any) error { return nil }("+f.text(c.Fun)+", "+string(args)+")")
		case "(" + module + "/internal/platform/auth.Scope).Where":
			on := c.Fun.(*ast.SelectorExpr).X
			args := f.src[f.offset(c.Lparen)+1 : f.offset(c.Rparen)]
			f.replace(permit, c, "func(...any) {}("+f.text(on)+", "+string(args)+")")
		}
		f.neighbours(c.Args)
	case *types.Var:
		f.neighbours(c.Args)
	}
}

func (f *finder) called(c *ast.CallExpr) types.Object {
	switch fun := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		return f.pkg.TypesInfo.Uses[fun]
	case *ast.SelectorExpr:
		return f.pkg.TypesInfo.Uses[fun.Sel]
	}
	return nil
}

// row exchanges the values of neighbouring fields.
func (f *finder) row(c *ast.CompositeLit) {
	if _, ok := f.pkg.TypesInfo.TypeOf(c).Underlying().(*types.Struct); !ok {
		return
	}
	values := slices.Clone(c.Elts)
	for i, e := range values {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			values[i] = kv.Value
		}
	}
	f.neighbours(values)
}

func (f *finder) isConstant(e ast.Expr) bool { return f.pkg.TypesInfo.Types[e].Value != nil }

// neighbours leaves out two constants: words and numbers of a table are no rule. Nor is the order in which a route names its options.
func (f *finder) neighbours(values []ast.Expr) {
	for i := 1; i < len(values); i++ {
		a, b := values[i-1], values[i]
		ta, tb := f.pkg.TypesInfo.TypeOf(a), f.pkg.TypesInfo.TypeOf(b)
		if ta == nil || tb == nil || !types.Identical(ta, tb) ||
			ta.String() == module+"/internal/platform/web.Option" || f.text(a) == f.text(b) || f.isConstant(a) && f.isConstant(b) {
			continue
		}
		from, to := f.offset(a.Pos()), f.offset(b.End())
		between := f.src[f.offset(a.End()):f.offset(b.Pos())]
		f.say(swap, from, to, f.text(b)+string(between)+f.text(a), short(f.text(a))+" with "+short(f.text(b)))
	}
}

func (f *finder) literal(l *ast.BasicLit) {
	switch l.Kind {
	case token.INT:
		b, ok := f.pkg.TypesInfo.TypeOf(l).Underlying().(*types.Basic)
		if n, err := strconv.ParseInt(l.Value, 0, 64); ok && err == nil && b.Info()&types.IsInteger != 0 {
			f.replace(number, l, strconv.FormatInt(n+1, 10))
			if n > 0 {
				f.replace(number, l, strconv.FormatInt(n-1, 10))
			}
		}
	case token.STRING:
		value, _ := strconv.Unquote(l.Value)
		if to, ok := f.sets[value]; ok && !f.isConst {
			f.replace(state, l, strconv.Quote(to))
		}
		if statement.MatchString(value) {
			f.statement(l)
		}
	}
}

var (
	statement = regexp.MustCompile(`\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|AND|JOIN)\b`)
	operators = regexp.MustCompile(`\s(<=|<|>=|>)\s`)
	ands      = regexp.MustCompile(`\bAND\b`)
	between   = regexp.MustCompile(`\bBETWEEN\s+\S+\s+$`)
	words     = regexp.MustCompile(`'([a-z][a-z0-9_]*)'`)
)

var operator = map[string]string{"<": "<=", "<=": "<", ">": ">=", ">=": ">"}

func (f *finder) statement(l *ast.BasicLit) {
	at := f.offset(l.Pos())
	if !f.isConst && (f.in.form == alone || f.in.form == value) {
		defer func(in frame) { f.in = in }(f.in)
		f.in = frame{from: at, to: at + len(l.Value), form: value}
	}
	for _, m := range operators.FindAllStringSubmatchIndex(l.Value, -1) {
		f.add(inQuery, at+m[2], at+m[3], operator[l.Value[m[2]:m[3]]])
	}
	for _, m := range ands.FindAllStringIndex(l.Value, -1) {
		if !between.MatchString(l.Value[:m[0]]) {
			f.add(inQueryOr, at+m[0], at+m[1], "OR")
		}
	}
	for _, m := range words.FindAllStringSubmatchIndex(l.Value, -1) {
		if to, ok := f.sets[l.Value[m[2]:m[3]]]; ok {
			f.add(inQueryIs, at+m[2], at+m[3], to)
		}
	}
}
