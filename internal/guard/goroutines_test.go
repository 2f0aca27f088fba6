package guard_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryGoroutineRecovers reads the program's source: what a go statement, a
// Go method (of a group) or AfterFunc starts defers a function that recovers,
// before it does anything that could panic.
func TestEveryGoroutineRecovers(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	found := 0
	for _, part := range []string{"cmd", "graph", "internal", "web"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			if slices.Contains([]string{"node_modules", "testdata", "testcluster", "testschema"}, d.Name()) {
				return filepath.SkipDir
			}
			n, faults := unguarded(t, path)
			found += n
			for _, f := range faults {
				t.Errorf("%s: a goroutine that does not recover: defer guard.Recover or guard.Into first", f)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 20 {
		t.Errorf("only %d goroutines found: the test looks in the wrong places", found)
	}
}

func TestAGoroutineThatDoesNotRecoverIsFound(t *testing.T) {
	t.Parallel()
	n, faults := unguarded(t, "testdata")
	if n != 7 || len(faults) != 4 {
		t.Errorf("%d goroutines, faults %v; want 7, 4 of them", n, faults)
	}
}

// unguarded returns how many goroutines the Go files of a folder start, and the
// positions of those that do not recover.
func unguarded(t *testing.T, dir string) (n int, faults []string) {
	t.Helper()
	files := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var parsed []*ast.File
	functions := map[string]*ast.BlockStmt{} // and methods, by name
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				functions[f.Name.Name] = f.Body
			}
		}
	}
	for _, file := range parsed {
		ast.Inspect(file, func(node ast.Node) bool {
			started := startedBy(node)
			if started == nil {
				return true
			}
			n++
			if !guarded(started, functions) {
				faults = append(faults, files.Position(node.Pos()).String())
			}
			return true
		})
	}
	return n, faults
}

// startedBy returns the function that a node runs in a goroutine, nil for other nodes.
func startedBy(node ast.Node) ast.Expr {
	switch node := node.(type) {
	case *ast.GoStmt:
		return node.Call.Fun
	case *ast.CallExpr:
		method, ok := node.Fun.(*ast.SelectorExpr)
		if ok && (method.Sel.Name == "Go" || method.Sel.Name == "AfterFunc") && len(node.Args) > 0 {
			return node.Args[len(node.Args)-1]
		}
	}
	return nil
}

func guarded(started ast.Expr, functions map[string]*ast.BlockStmt) bool {
	switch f := started.(type) {
	case *ast.FuncLit:
		return recovers(f.Body)
	case *ast.CallExpr: // it makes the function
		return nameOf(f.Fun) == "Job"
	default:
		name := nameOf(started)
		// Functions of package context and signal.
		return name == "cancel" || name == "stop" || recovers(functions[name])
	}
}

// recovers reports whether a function defers the recovery among its first two statements.
func recovers(body *ast.BlockStmt) bool {
	if body == nil {
		return false
	}
	for _, statement := range body.List[:min(2, len(body.List))] {
		d, ok := statement.(*ast.DeferStmt)
		if ok && (slices.Contains([]string{"Recover", "Into", "recovered"}, nameOf(d.Call.Fun)) || callsRecover(d.Call.Fun)) {
			return true
		}
	}
	return false
}

// callsRecover reports whether a deferred function literal calls recover itself.
func callsRecover(deferred ast.Expr) (found bool) {
	literal, ok := deferred.(*ast.FuncLit)
	if !ok {
		return false
	}
	ast.Inspect(literal.Body, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		found = found || ok && nameOf(call.Fun) == "recover"
		return true
	})
	return found
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	default:
		return ""
	}
}
