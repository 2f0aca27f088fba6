package transport

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
)

// refusal is an answer to what is no GraphQL request yet, or may not be
// carried by this transport.
type refusal struct {
	status  int
	code    fleet.Code
	message string
	allow   string // the Allow header of a 405
	// acceptEncoding is the Accept-Encoding header of a 415 for the coding.
	acceptEncoding string
}

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status: status, code: fleet.BadInput, message: fmt.Sprintf(format, args...)}
}

func (f *refusal) response() *graphql.Response { return errorResponse(f.code, f.message) }

func (f *refusal) write(w http.ResponseWriter, mediaType string) {
	if f.allow != "" {
		w.Header().Set("Allow", f.allow)
	}
	if f.acceptEncoding != "" {
		w.Header().Set("Accept-Encoding", f.acceptEncoding)
	}
	writeJSON(w, f.status, mediaType, f.response())
}

func errorResponse(code fleet.Code, message string) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{{Message: message, Extensions: map[string]any{"code": code}}}}
}

// present makes a response of err, as the executor shows it.
func present(ctx context.Context, exec graphql.GraphExecutor, err error) *graphql.Response {
	return exec.DispatchError(ctx, gqlerror.List{gqlerror.WrapIfUnwrapped(err)})
}

// isRequestError reports whether nothing was executed: there is no data, not
// even null.
func isRequestError(r *graphql.Response) bool { return r.Data == nil && len(r.Errors) > 0 }

// codeOf returns the code of the first error of r.
func codeOf(r *graphql.Response) fleet.Code {
	if len(r.Errors) == 0 {
		return ""
	}
	return codeOfError(r.Errors[0])
}

// codeOfError returns the code of e, "" for none.
func codeOfError(e *gqlerror.Error) fleet.Code {
	switch code := e.Extensions["code"].(type) {
	case fleet.Code:
		return code
	case string:
		return fleet.Code(code)
	}
	return ""
}

// recovered makes an internal error of a panic outside of resolvers, which
// have the executor's own protection. rc may be nil.
func (c *Config) recovered(
	ctx context.Context,
	exec graphql.GraphExecutor,
	rc *graphql.OperationContext,
	panicked any,
) (resp *graphql.Response) {
	defer func() {
		if again := recover(); again != nil || resp == nil {
			c.Log.ErrorContext(ctx, "panic", "panic", panicked, "stack", string(debug.Stack()))
			resp = errorResponse(fleet.Internal, "something went wrong on our side")
		}
	}()
	if rc == nil || rc.RecoverFunc == nil {
		return nil
	}
	return present(graphql.WithOperationContext(ctx, rc), exec, rc.RecoverFunc(ctx, panicked))
}
