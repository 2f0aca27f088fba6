package edge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/coerce"
	"bitcorp.dev/fleet/internal/gql/cost"
)

const (
	// parsedBytes bounds the text of cached parsed documents. A parsed document
	// takes up to 200 times its text, so this is some hundred megabytes when an
	// attacker fills the cache, and a few with the documents of clients.
	parsedBytes = 1 << 20
	// persistedBytes bounds the text of documents that clients have registered
	// under their hash.
	persistedBytes = 4 << 20
)

// documentCache is an LRU cache of documents that is bounded by the bytes of
// their texts: a number of documents would not bound its memory.
type documentCache[T any] struct {
	most int
	size func(key string, value T) int

	mu    sync.Mutex
	bytes int
	kept  *lru.Cache[string, T]
}

// newDocumentCache returns a cache of at most most bytes, as size counts them.
func newDocumentCache[T any](most int, size func(key string, value T) int) (*documentCache[T], error) {
	d := &documentCache[T]{most: most, size: size}
	kept, err := lru.NewWithEvict(most, func(key string, value T) { d.bytes -= size(key, value) })
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	d.kept = kept
	return d, nil
}

// Get implements graphql.Cache.
func (d *documentCache[T]) Get(_ context.Context, key string) (T, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kept.Get(key)
}

// Contains reports whether there is a value of key.
func (d *documentCache[T]) Contains(key string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kept.Contains(key)
}

// Add implements graphql.Cache.
func (d *documentCache[T]) Add(_ context.Context, key string, value T) {
	n := d.size(key, value)
	d.mu.Lock()
	defer d.mu.Unlock()
	if n > d.most/10 || d.kept.Contains(key) { // one document must not evict all others
		return
	}
	d.kept.Add(key, value)
	d.bytes += n
	for d.bytes > d.most {
		d.kept.RemoveOldest()
	}
}

// documents are the cached ones, and those that are parsed.
type documents struct {
	cached *documentCache[*ast.QueryDocument]
	input  *coerce.Extension
}

var _ cost.Documents = documents{}

// Contains implements cost.Documents.
func (d documents) Contains(document string) bool { return d.cached.Contains(document) }

// Parse implements cost.Documents.
func (d documents) Parse(ctx context.Context, document string) (*ast.QueryDocument, error) {
	return d.input.Parse(ctx, document)
}

// cacheOfViewers stores documents of viewers only: anonymous clients could evict
// them all the time.
type cacheOfViewers struct{ graphql.Cache[string] }

// Add implements graphql.Cache.
func (c cacheOfViewers) Add(ctx context.Context, key, value string) {
	if _, ok := caller.ViewerOf(ctx); ok {
		c.Cache.Add(ctx, key, value)
	}
}

// TrustedDocuments are the documents of a client by the hex of their SHA-256, as
// its build writes them into a manifest of persisted operations.
type TrustedDocuments map[string]string

// ReadTrustedDocuments reads a manifest: a JSON object of documents by their hashes.
func ReadTrustedDocuments(manifest []byte) (TrustedDocuments, error) {
	var known TrustedDocuments
	if err := json.Unmarshal(manifest, &known); err != nil {
		return nil, fmt.Errorf(
			"trusted documents: a JSON object of documents by the SHA-256 of their texts is expected: %w",
			err,
		)
	}
	for hash, text := range known {
		if hashOf(text) != hash {
			return nil, fmt.Errorf("trusted documents: %s is not the SHA-256 of its document, %s is", hash, hashOf(text))
		}
	}
	return known, nil
}

// With returns the documents and one more.
func (d TrustedDocuments) With(text string) TrustedDocuments {
	more := maps.Clone(d)
	if more == nil {
		more = TrustedDocuments{}
	}
	more[hashOf(text)] = text
	return more
}

// OperationNames returns the names of the operations in the documents, in order.
func (d TrustedDocuments) OperationNames() []string {
	var names []string
	for _, text := range d {
		doc, err := parser.ParseQuery(&ast.Source{Input: text})
		if err != nil {
			continue // it is refused when it is sent
		}
		for _, operation := range doc.Operations {
			if operation.Name != "" {
				names = append(names, operation.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func hashOf(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}

// trusted fills in the document of a request that names a trusted one by its
// hash, as an automatic persisted query does. With only set, browser sessions
// run no other document, so that an injected script has only the client's own.
type trusted struct {
	known TrustedDocuments
	only  bool
}

var _ graphql.OperationParameterMutator = trusted{}

func (trusted) ExtensionName() string                   { return "TrustedDocuments" }
func (trusted) Validate(graphql.ExecutableSchema) error { return nil }
func (t trusted) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	if named, ok := request.Extensions["persistedQuery"].(map[string]any); ok && request.Query == "" {
		hash, _ := named["sha256Hash"].(string)
		request.Query = t.known[hash]
	}
	if !t.only || caller.Of(ctx).Session() == (fleet.UUID{}) {
		return nil
	}
	if _, ok := t.known[hashOf(request.Query)]; ok {
		return nil
	}
	return gqlerror.WrapIfUnwrapped(&fleet.Error{Code: fleet.Forbidden,
		Message: "this server runs only its client's own documents for browsers: programs use an access token"})
}
