package edge

import (
	"context"
	"regexp"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxErrors is how many errors of a document are returned: a document can have
// as many as it has words.
const maxErrors = 5

// maxMessage is how many bytes of a document's error are returned.
const maxMessage = 500

// introspection opens the schema to callers that may explore it, and cuts the
// list of errors of a document that was refused.
type introspection struct {
	explores func(ctx context.Context) error
}

var (
	_ graphql.OperationContextMutator = introspection{}
	_ graphql.ResponseInterceptor     = introspection{}
)

func (introspection) ExtensionName() string                   { return "Introspection" }
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }
func (i introspection) MutateOperationContext(ctx context.Context, o *graphql.OperationContext) *gqlerror.Error {
	err := i.explores(ctx)
	o.DisableIntrospection = err != nil
	if err == nil || o.Operation.Operation != ast.Query {
		return nil
	}
	for _, f := range graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Query"}) {
		if f.Name == "__schema" || f.Name == "__type" { // the executor's own error would be INTERNAL
			return gqlerror.WrapIfUnwrapped(err)
		}
	}
	return nil
}

func (introspection) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	answer := next(ctx)
	if answer != nil && answer.Data == nil && len(answer.Errors) > maxErrors {
		answer.Errors = answer.Errors[:maxErrors]
	}
	return answer
}

// didYouMean is the end of a validation's message that names parts of the schema.
var didYouMean = regexp.MustCompile(`(?s)\s*Did you mean .*`)

// withoutSuggestion removes what a message reveals of the schema, for callers
// that may not explore it.
func (p *Presenter) withoutSuggestion(ctx context.Context, message string) string {
	if !strings.Contains(message, "Did you mean") || p.explores(ctx) == nil {
		return message
	}
	return didYouMean.ReplaceAllString(message, "")
}

func shorten(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	return strings.ToValidUTF8(message[:maxMessage], "") + "…"
}
