// Package coerce judges the input of an operation before anything of it runs:
// documents are parsed and validated, literals and variables are compared with
// the types of the schema as the specification says (October 2021: 3.5, 3.9,
// 5.6.1, 6.1.2, 6.4.1). gqlgen judges variables loosely (enum values in any
// case, numbers for strings) and scalars of ours only when a field is resolved,
// when other fields may have been written already.
//
// Its Extension hands valid documents to the executor, as its cache of documents.
package coerce

import (
	"context"
	"errors"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/telemetry"
)

// Scalar judges a value of a scalar: a string, a bool, a json.Number as it was
// written, a map or a slice. The error is a BAD_INPUT without field.
type Scalar func(value any) error

// maxErrors is how many bad values of one request are told.
const maxErrors = 5

// Extension judges the input of operations. New makes one.
type Extension struct {
	schema  *ast.Schema
	scalars map[string]Scalar
	valid   graphql.Cache[*ast.QueryDocument]
	tokens  int
}

var (
	_ graphql.HandlerExtension          = (*Extension)(nil)
	_ graphql.OperationParameterMutator = (*Extension)(nil)
	_ graphql.Cache[*ast.QueryDocument] = (*Extension)(nil)
)

// New returns an extension. It has to be used behind those that fill in
// documents or refuse to have them validated, and as the executor's cache.
// Scalars has the scalars of the schema beyond those of the specification; valid
// keeps valid documents; tokens limits the size of a document.
func New(scalars map[string]Scalar, valid graphql.Cache[*ast.QueryDocument], tokens int) *Extension {
	return &Extension{scalars: scalars, valid: valid, tokens: tokens}
}

// ExtensionName implements graphql.HandlerExtension.
func (*Extension) ExtensionName() string { return "InputCoercion" }

// Validate implements graphql.HandlerExtension.
func (e *Extension) Validate(schema graphql.ExecutableSchema) error {
	e.schema = schema.Schema()
	for name, t := range e.schema.Types {
		if t.Kind == ast.Scalar && !t.BuiltIn && e.scalars[name] == nil {
			return errors.New("no judgement of the scalar " + name)
		}
	}
	return nil
}

// MutateOperationParameters implements graphql.OperationParameterMutator. The
// error may wrap a gqlerror.List.
func (e *Extension) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	doc, errs := e.document(ctx, request.Query)
	if len(errs) > 0 {
		return refusal(errs)
	}
	graphql.GetOperationContext(ctx).Stats.SetExtension(documentKey, doc)
	operation := doc.Operations.ForName(request.OperationName)
	if operation == nil {
		return nil // the executor says so
	}
	telemetry.Of(ctx).Describe(func(o *telemetry.Operation) {
		o.Name, o.Type = operation.Name, string(operation.Operation)
	})
	variables, errs := e.variables(doc, operation, request.Variables)
	if len(errs) > 0 {
		return refusal(errs)
	}
	if operation.Operation == ast.Subscription {
		n := nulls{c: &coercion{e: e, doc: doc, operation: operation}, values: variables, visited: map[string]bool{}}
		if !n.anyField(operation.SelectionSet) {
			return gqlerror.WrapIfUnwrapped(
				fleet.BadInputf("", "@skip or @include leaves the subscription without a field"))
		}
	}
	request.Variables = variables
	return nil
}

func refusal(errs gqlerror.List) *gqlerror.Error {
	if len(errs) == 1 {
		return errs[0]
	}
	return &gqlerror.Error{Err: errs, Message: errs.Error()}
}

// document returns a valid document of this text.
func (e *Extension) document(ctx context.Context, text string) (*ast.QueryDocument, gqlerror.List) {
	if doc, ok := e.valid.Get(ctx, text); ok {
		return doc, nil
	}
	doc, err := e.Parse(ctx, text)
	if err != nil {
		var located *gqlerror.Error
		if !errors.As(err, &located) {
			located = gqlerror.Wrap(err)
		}
		return nil, gqlerror.List{located}
	}
	if doc == nil || len(doc.Operations) == 0 {
		return nil, gqlerror.List{gqlerror.Errorf("no operation provided")}
	}
	defer telemetry.Of(ctx).Since(telemetry.Validate, time.Now())
	current := rules.NewDefaultRules()
	current.RemoveRule(rules.ValuesOfCorrectTypeRule.Name) // literals does it
	if errs := validator.ValidateWithRules(e.schema, doc, current); len(errs) > 0 {
		return nil, errs
	}
	if errs := e.literals(doc); len(errs) > 0 {
		return nil, errs
	}
	e.valid.Add(ctx, text, doc)
	return doc, nil
}

// Parse returns the document of this text as it is written, without looking at the schema. An operation's document
// is parsed once, by the first that asks for it.
func (e *Extension) Parse(ctx context.Context, text string) (*ast.QueryDocument, error) {
	stats := &graphql.GetOperationContext(ctx).Stats
	if p, ok := stats.GetExtension(parsedKey).(*parsed); ok && p.text == text {
		return p.doc, p.err
	}
	defer telemetry.Of(ctx).Since(telemetry.Parse, time.Now())
	p := &parsed{text: text}
	p.doc, p.err = parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, e.tokens)
	stats.SetExtension(parsedKey, p)
	return p.doc, p.err
}

// parsed is what the parser has made of a text.
type parsed struct {
	text string
	doc  *ast.QueryDocument
	err  error
}

// Where the parsed and the valid document stand among the statistics of an operation.
const (
	parsedKey   = "Parsed"
	documentKey = "Document"
)

// Get implements graphql.Cache: it returns the document of the operation of ctx.
func (*Extension) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	doc, ok := graphql.GetOperationContext(ctx).Stats.GetExtension(documentKey).(*ast.QueryDocument)
	return doc, ok
}

// Add implements graphql.Cache. The executor has nothing to add.
func (*Extension) Add(context.Context, string, *ast.QueryDocument) {}
