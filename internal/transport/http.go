package transport

import (
	"context"
	"errors"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// HTTP answers one request at a time, by the GraphQL over HTTP specification. It
// must be the last transport of a server: it also answers requests that are not
// GraphQL.
type HTTP struct {
	config  Config
	buffers buffers
}

// NewHTTP returns a transport for queries and mutations.
func NewHTTP(c Config) *HTTP { return &HTTP{config: c.withDefaults()} }

var _ graphql.Transport = (*HTTP)(nil)

// Supports implements graphql.Transport. It is always true: a request that is not
// well formed is answered with an error.
func (t *HTTP) Supports(*http.Request) bool { return true }

// Do implements graphql.Transport.
//
// Under application/graphql-response+json the status says whether the request was
// executed. Under application/json it is 200 for every well-formed GraphQL
// request, as older clients expect, and the errors say the rest.
func (t *HTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Add("Vary", "Accept, Accept-Encoding")
	mediaType := jsonType(r.Header)
	if mediaType == "" {
		refuse(http.StatusNotAcceptable, "the Accept header allows neither %s nor %s", graphqlJSON, plainJSON).
			write(w, plainJSON)
		return
	}
	params, done, refused := t.config.readRequest(w, r)
	if refused != nil {
		refused.write(w, mediaType)
		return
	}
	ctx, cancel := context.WithTimeout(withHeaders(r.Context(), w.Header()), t.config.OperationTimeout)
	defer cancel()
	resp, compressible, refused := t.answer(ctx, exec, params, done, r.Method)
	var coded *coding
	if compressible && (t.config.MayCompress == nil || t.config.MayCompress(r)) {
		coded = codingFor(r.Header)
	}
	switch {
	case refused != nil:
		refused.write(w, mediaType)
	case resp == nil: // the client has disconnected
	case mediaType == plainJSON:
		t.buffers.writePooled(w, plainStatusOf(resp), mediaType, resp, coded)
	default:
		t.buffers.writePooled(w, statusOf(resp), mediaType, resp, coded)
	}
}

// answer executes one request; done is called once its operation has been
// validated. Answers of queries are compressible; those of mutations may hold a
// new password or token.
func (t *HTTP) answer(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams,
	done func(), method string) (resp *graphql.Response, compressible bool, refused *refusal) {
	var rc *graphql.OperationContext
	defer func() {
		if panicked := recover(); panicked != nil {
			resp, compressible, refused = t.config.recovered(ctx, exec, rc, panicked), false, nil
		}
	}()
	rc, errs := create(ctx, exec, params, done)
	ctx = graphql.WithOperationContext(ctx, rc)
	if len(errs) > 0 {
		return exec.DispatchError(ctx, errs), false, nil
	}
	if refused := checkOperation(rc.Operation.Operation, method); refused != nil {
		return nil, false, refused
	}
	next, ctx := exec.DispatchOperation(ctx, rc)
	resp = next(ctx)
	if resp == nil && ctx.Err() != nil {
		return present(ctx, exec, ctx.Err()), false, nil
	}
	if resp != nil && resp.HasNext != nil && *resp.HasNext {
		return nil, false, refuse(http.StatusBadRequest, "incremental delivery needs a WebSocket or an event stream")
	}
	return resp, rc.Operation.Operation == ast.Query, nil
}

// create parses and validates an operation, then calls done.
func create(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams, done func()) (
	*graphql.OperationContext, gqlerror.List) {
	defer done()
	rc, errs := exec.CreateOperationContext(ctx, params)
	var all gqlerror.List // a step that could return one error only has wrapped its errors
	if len(errs) == 1 && errors.As(errs[0].Err, &all) {
		errs = all
	}
	return rc, errs
}

// checkOperation refuses operations that plain HTTP cannot carry with that method.
func checkOperation(operation ast.Operation, method string) *refusal {
	switch {
	case operation == ast.Mutation && method != http.MethodPost:
		return mutationByGET()
	case operation == ast.Subscription:
		return refuse(http.StatusNotAcceptable, "subscriptions need a WebSocket, or an event stream: Accept: %s", eventStream)
	default:
		return nil
	}
}

func mutationByGET() *refusal {
	refused := refuse(http.StatusMethodNotAllowed, "mutations must be sent by POST: a GET may be repeated or prefetched")
	refused.allow = http.MethodPost
	return refused
}
