package transport

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/export"
	"bitcorp.dev/fleet/internal/fleet"
)

// ExportConfig is what exports need. The hooks may be called concurrently; all are required.
type ExportConfig struct {
	Schema *ast.Schema
	// Snapshot returns a context in which all reads see the data of one moment; end releases it. It may end by itself
	// when nothing is read for idle.
	Snapshot func(ctx context.Context, idle time.Duration) (in context.Context, end func(), err error)
	// Zone returns the time zone of the moments in workbooks.
	Zone func(ctx context.Context) (*time.Location, error)
	// Cost returns the cost of an operation with pages of fleet.DefaultPage.
	Cost func(o *graphql.OperationContext) int
	// Admit counts an export of the caller, until done is called or ctx ends. An error refuses it.
	Admit func(ctx context.Context) (done func(), err error)
	// Page waits until the next page may be read. done is called once it was.
	Page func(ctx context.Context) (done func(), err error)
	// Ended is called when an export has ended that had been admitted.
	Ended func(ctx context.Context, e Exported)
	// Timeout is the deadline of an export (default DefaultExportTimeout), Stall how long its client may take no byte
	// (default DefaultExportStall).
	Timeout, Stall time.Duration
}

// Exported is how an export has ended.
type Exported struct {
	Format  string     // the extension of its files
	Rows    int64      // that were written
	Outcome fleet.Code // "" for one that is complete, canceled after its client has disconnected
}

// canceled is the outcome of an export after its client has gone or stopped to read.
const canceled fleet.Code = "CANCELED"

// Defaults of ExportConfig.
const (
	DefaultExportTimeout = 15 * time.Minute
	DefaultExportStall   = 30 * time.Second
)

const (
	// exportRows is how many rows a page of an export has at most, and exportCost what it may cost: pages are large, so
	// that few statements are sent, and small enough to be kept in memory.
	exportRows = 1000
	exportCost = 50_000
	// exportBuffer is how much is written to a connection at a time.
	exportBuffer = 64 << 10
)

// Export answers a query with the rows of its list as a file, when the client prefers a media type of a file to JSON.
// All pages of the list are read, each when the one before has been written, so that a client that reads slowly
// slows down the reading from the database, and memory is that of a page. What fails before the first row is answered
// with a status and JSON; later the connection is cut, so that half a file is not taken for a whole one.
type Export struct{ config Config }

// NewExport returns a transport for exports.
func NewExport(c Config) *Export {
	c = c.withDefaults()
	c.Export.Timeout = cmp.Or(c.Export.Timeout, DefaultExportTimeout)
	c.Export.Stall = cmp.Or(c.Export.Stall, DefaultExportStall)
	return &Export{c}
}

var _ graphql.Transport = (*Export)(nil)

// Supports implements graphql.Transport.
func (t *Export) Supports(r *http.Request) bool {
	_, wanted := exportFormat(r.Header)
	return wanted && t.config.Export.Schema != nil
}

// exportFormat returns the format of files that the client prefers to JSON.
func exportFormat(h http.Header) (best export.Format, wanted bool) {
	plain, _ := accepted(h, plainJSON)
	json, _ := accepted(h, graphqlJSON)
	quality := max(plain, json)
	for _, format := range export.Formats() {
		if q, named := accepted(h, format.MediaType); named && q > quality {
			best, quality, wanted = format, q, true
		}
	}
	return best, wanted
}

// Do implements graphql.Transport.
func (t *Export) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Add("Vary", "Accept")
	format, _ := exportFormat(r.Header)
	params, done, refused := t.config.readRequest(w, r)
	if refused != nil {
		refused.write(w, plainJSON)
		return
	}
	ctx, cancel := context.WithTimeout(withHeaders(r.Context(), w.Header()), t.config.Export.Timeout)
	defer cancel()
	x := &exporting{
		config: &t.config, exec: exec, format: format, head: r.Method == http.MethodHead,
		out: &deadlineWriter{w: w, control: http.NewResponseController(w), timeout: t.config.Export.Stall},
	}
	x.out.until, _ = ctx.Deadline()
	x.run(ctx, w, params, done)
}

// exporting is one export.
type exporting struct {
	config *Config
	exec   graphql.GraphExecutor
	format export.Format
	head   bool
	out    *deadlineWriter

	operation *graphql.OperationContext
	plan      *export.Plan
	buffer    *bufio.Writer
	file      *export.File // nil before the first row
}

// errClient is returned when the client does not take the file.
var errClient = errors.New("the client does not read")

// run executes the operation and writes its answer.
func (x *exporting) run(ctx context.Context, w http.ResponseWriter, params *graphql.RawParams, done func()) {
	defer func() {
		if panicked := recover(); panicked != nil {
			x.fail(ctx, w, x.config.recovered(ctx, x.exec, x.operation, panicked))
		}
	}()
	rc, errs := create(ctx, x.exec, params, done)
	x.operation = rc
	ctx = graphql.WithOperationContext(ctx, rc)
	if len(errs) > 0 {
		x.fail(ctx, w, x.exec.DispatchError(ctx, errs))
		return
	}
	if rc.Operation.Operation != ast.Query {
		w.Header().Del("Content-Disposition")
		refuse(http.StatusNotAcceptable, "an export is made of a query, and the operation is a %s: Accept: %s",
			rc.Operation.Operation, plainJSON).write(w, plainJSON)
		return
	}
	plan, err := export.NewPlan(x.config.Export.Schema, rc.Operation, rc.Variables)
	if err != nil {
		x.fail(ctx, w, present(ctx, x.exec, err))
		return
	}
	x.plan = plan
	release, err := x.config.Export.Admit(ctx)
	if err != nil {
		x.fail(ctx, w, present(ctx, x.exec, err))
		return
	}
	// The client may ask for the next export as soon as it has the end of this one.
	defer release()
	if x.head {
		x.writeHeader(w)
		return
	}
	rows := fleet.DefaultPage * exportCost / max(x.config.Export.Cost(rc), 1)
	ctx = export.With(ctx, x.plan.NewWalk(min(max(rows, fleet.DefaultPage), exportRows)))
	err = x.write(ctx, w)
	ended := Exported{Format: x.format.Extension, Rows: x.file.Rows()}
	var response *graphql.Response
	switch {
	case errors.Is(err, errClient) || errors.Is(ctx.Err(), context.Canceled):
		ended.Outcome = canceled
	case err != nil:
		response = x.presented(ctx, err)
		ended.Outcome = cmp.Or(codeOf(response), fleet.Internal)
	}
	x.config.Export.Ended(ctx, ended) //nolint:contextcheck // it has the request
	if err != nil {
		x.fail(ctx, w, response)
	}
}

// failed is a response with errors, as an error.
type failed struct{ response *graphql.Response }

func (f failed) Error() string { return f.response.Errors.Error() }

// presented makes a response of err.
func (x *exporting) presented(ctx context.Context, err error) *graphql.Response {
	var f failed
	if errors.As(err, &f) {
		return &graphql.Response{Errors: f.response.Errors}
	}
	return present(ctx, x.exec, err)
}

// fail answers with errors. Once the file has begun, the connection is cut.
func (x *exporting) fail(ctx context.Context, w http.ResponseWriter, response *graphql.Response) {
	if x.file != nil || response == nil {
		if cut, ok := ctx.Value(cutKey{}).(*atomic.Bool); ok {
			cut.Store(true)
		}
		return
	}
	w.Header().Del("Content-Disposition")
	code := codeOf(response)
	SetRetryAfter(w.Header(), StatusOf(code))
	writeJSON(w, StatusOf(code), plainJSON, response)
}

// write reads the pages and writes the file.
func (x *exporting) write(ctx context.Context, w http.ResponseWriter) error {
	zone := time.UTC
	if x.format == export.XLSX {
		var err error
		if zone, err = x.config.Export.Zone(ctx); err != nil {
			return err
		}
	}
	in, end, err := x.config.Export.Snapshot(ctx, 2*x.config.Export.Stall+x.config.OperationTimeout)
	if err != nil {
		return err
	}
	defer end()
	next, in := x.exec.DispatchOperation(in, x.operation)
	for {
		data, err := x.page(ctx, in, next)
		if err != nil {
			return err
		}
		if data == nil {
			break
		}
		first := x.file == nil
		if first {
			if err := x.begin(w, data, zone); err != nil {
				return err
			}
		}
		if err := x.file.Page(data); err != nil {
			return err
		}
		if first { // the client learns that there is a file
			if err := x.flush(); err != nil {
				return err
			}
		}
	}
	end() // before the client has taken the rest
	if err := x.file.Close(); err != nil {
		return err
	}
	return x.flush()
}

func (x *exporting) flush() error {
	err := x.buffer.Flush()
	if err == nil {
		err = x.out.control.Flush()
	}
	if err != nil {
		return errors.Join(errClient, err)
	}
	return nil
}

// page reads a page; it is nil behind the last one. Credentials are checked before each, outside of the snapshot.
func (x *exporting) page(ctx, in context.Context, next graphql.ResponseHandler) ([]byte, error) {
	if err := x.config.recheck(ctx); err != nil {
		return nil, err
	}
	done, err := x.config.Export.Page(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	in, cancel := context.WithTimeout(in, x.config.OperationTimeout)
	defer cancel()
	response := next(in)
	switch {
	case response == nil:
		return nil, in.Err()
	case len(response.Errors) > 0:
		return nil, failed{response}
	}
	return response.Data, nil
}

// begin writes the headers of the answer and the beginning of the file.
func (x *exporting) begin(w http.ResponseWriter, data []byte, zone *time.Location) (err error) {
	err = x.plan.Fit(data)
	if err == nil { // a list that is not there is no empty file
		err = x.plan.Check(data)
	}
	if errors.Is(err, export.ErrNoList) {
		return &fleet.Error{Code: fleet.NotFound, Message: "there is no row with this id whose list could be exported"}
	}
	if err != nil {
		return err
	}
	x.writeHeader(w)
	x.buffer = bufio.NewWriterSize(x.out, exportBuffer)
	x.file, err = x.plan.NewFile(x.buffer, x.format, zone)
	return err
}

func (x *exporting) writeHeader(w http.ResponseWriter) {
	h := w.Header()
	mediaType := x.format.MediaType
	if x.format == export.CSV {
		mediaType += "; charset=utf-8; header=present"
	}
	h.Set("Content-Type", mediaType)
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // else nginx reads ahead for a client that does not
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Content-Disposition") == "" {
		name := cmp.Or(x.operation.Operation.Name, "export")
		h.Set("Content-Disposition", AttachmentOf(name, x.format))
	}
	w.WriteHeader(http.StatusOK)
}

// AttachmentOf returns the value of Content-Disposition for the file of an export.
func AttachmentOf(name string, format export.Format) string {
	return fmt.Sprintf(`attachment; filename="%s.%s"`, strings.ReplaceAll(name, `"`, ""), format.Extension)
}

type cutKey struct{}

// Cut is middleware around the handler of the transports that drops the connections of exports that have broken
// off. A transport cannot do it itself: the handler answers its panics.
func (t *Transports) Cut(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var cut atomic.Bool
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), cutKey{}, &cut)))
		if cut.Load() {
			panic(http.ErrAbortHandler)
		}
	})
}

// deadlineWriter gives each write to a client a deadline.
type deadlineWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	until   time.Time // of all writes
}

// Write implements io.Writer. Its errors are errClient.
func (d *deadlineWriter) Write(b []byte) (int, error) {
	at := time.Now().Add(d.timeout)
	if at.After(d.until) {
		at = d.until
	}
	_ = d.control.SetWriteDeadline(at)
	n, err := d.w.Write(b)
	if err != nil {
		return n, errors.Join(errClient, err)
	}
	return n, nil
}
