package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestPatterns compiles every regular expression that is kept as text until it is asked, and finds those that
// start-up would compile.
func TestPatterns(t *testing.T) {
	known := 0
	for _, p := range packages(t) {
		if strings.HasPrefix(p.folder(), "cmd/") && !strings.HasPrefix(p.folder(), "cmd/scaleadvise") {
			continue // what the build runs
		}
		constants := map[string]ast.Expr{}
		var files []*ast.File
		for _, name := range p.GoFiles {
			file := parse(t, filepath.Join(p.Dir, name))
			files = append(files, file)
			constantsOf(file, constants)
		}
		for _, file := range files {
			for _, d := range file.Decls {
				general, atStart := d.(*ast.GenDecl)
				if atStart && general.Tok != token.VAR {
					continue
				}
				ast.Inspect(d, func(n ast.Node) bool {
					_, later := n.(*ast.FuncLit)
					call, ok := n.(*ast.CallExpr)
					if !ok {
						return !later || !atStart
					}
					switch types.ExprString(call.Fun) {
					case "regexp.MustCompile", "regexp.Compile":
						if atStart {
							t.Errorf("%s: %s is compiled in every run; keep it as pattern.Of", p.folder(), types.ExprString(call))
						}
					case "pattern.Of":
						known++
						if _, err := regexp.Compile(textOf(t, call.Args[0], constants)); err != nil {
							t.Errorf("%s: %v", p.folder(), err)
						}
					}
					return true
				})
			}
		}
	}
	if known < 100 {
		t.Errorf("%d regular expressions are found", known)
	}
}

// constantsOf adds the constants of a file by name.
func constantsOf(file *ast.File, constants map[string]ast.Expr) {
	for _, d := range file.Decls {
		general, ok := d.(*ast.GenDecl)
		if !ok || general.Tok != token.CONST {
			continue
		}
		for _, s := range general.Specs {
			value := s.(*ast.ValueSpec)
			for i, e := range value.Values {
				constants[value.Names[i].Name] = e
			}
		}
	}
}

// textOf is the value of a constant text.
func textOf(t *testing.T, e ast.Expr, constants map[string]ast.Expr) string {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err == nil {
			return text
		}
	case *ast.BinaryExpr:
		return textOf(t, e.X, constants) + textOf(t, e.Y, constants)
	case *ast.Ident:
		if of, ok := constants[e.Name]; ok {
			return textOf(t, of, constants)
		}
	}
	t.Errorf("%s is no constant text", types.ExprString(e))
	return ""
}
