package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/export"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/cost"
	"bitcorp.dev/fleet/internal/gql/edge"
	"bitcorp.dev/fleet/internal/telemetry"
	"bitcorp.dev/fleet/internal/transport"
)

// exports are the files of lists.
type exports struct {
	documents map[string]string
	rows      *prometheus.CounterVec
	ended     *prometheus.CounterVec
}

func newExports(reg prometheus.Registerer) *exports {
	e := &exports{
		documents: export.Documents(),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fleet_export_rows_total",
			Help: "Rows written to exports, by format."}, []string{"format"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fleet_exports_total",
			Help: `Exports that have ended, by format and outcome: "ok", "canceled" for one whose client has disconnected or ` +
				`does not read, or the code of the error.`}, []string{"format", "outcome"}),
	}
	reg.MustRegister(e.rows, e.ended)
	return e
}

// trust adds the documents of exports to those that browser sessions may run.
func (e *exports) trust(known edge.TrustedDocuments) edge.TrustedDocuments {
	for _, text := range e.documents {
		known = known.With(text)
	}
	return known
}

// operations returns the names of the documents' operations, for the metrics.
func (e *exports) operations() []string { return e.trust(nil).OperationNames() }

// exportConfig returns what the transport of exports needs.
func (s *Server) exportConfig() transport.ExportConfig {
	schema, rows := graph.Schema(), s.config.Resolver.Store
	return transport.ExportConfig{
		Schema:   schema,
		Snapshot: s.config.Snapshot,
		Zone: func(ctx context.Context) (*time.Location, error) {
			v, ok := caller.ViewerOf(ctx)
			if !ok {
				return time.UTC, nil // the operation will be refused
			}
			companies, err := rows.CompaniesByID(ctx, v, []fleet.UUID{v.CompanyID})
			if err != nil || companies[v.CompanyID] == nil {
				return time.UTC, err
			}
			return time.LoadLocation(companies[v.CompanyID].TimeZone)
		},
		Cost:  func(o *graphql.OperationContext) int { return cost.Estimate(schema, o.Operation, o.Variables) },
		Admit: s.admission.Export,
		Page:  s.admission.Page,
		Ended: s.exported, Timeout: s.config.ExportTimeout, Stall: s.config.ExportStall,
	}
}

// exported counts an export that has ended. It is no query in the metrics of operations: how long it takes is a matter
// of its rows and of its client.
func (s *Server) exported(ctx context.Context, e transport.Exported) {
	outcome := strings.ToLower(cmp.Or(string(e.Outcome), "ok"))
	s.exports.rows.WithLabelValues(e.Format).Add(float64(e.Rows))
	s.exports.ended.WithLabelValues(e.Format, outcome).Inc()
	telemetry.Of(ctx).Describe(func(o *telemetry.Operation) { o.Type, o.Outcome, o.Rows = "export", outcome, e.Rows })
	s.finished(ctx)
}

// exporting reports whether the answer of r is an export.
func (s *Server) exporting(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, exportPath) || s.transports.Exports(r)
}

const exportPath = "/export/"

// serveExport answers GET /export/NAME.FORMAT: the document of that name with the parameters of the URL as variables, as
// a file, so that links, spreadsheets and scripts can fetch it.
func (s *Server) serveExport(w http.ResponseWriter, r *http.Request) {
	name, extension, _ := strings.Cut(r.PathValue("file"), ".")
	document, known := s.exports.documents[name]
	at := slices.IndexFunc(export.Formats(), func(f export.Format) bool { return f.Extension == extension })
	if !known || at < 0 {
		s.errors.Write(w, r, &fleet.Error{Code: fleet.NotFound, Message: fmt.Sprintf(
			"there is no export %s: write %sNAME.csv, .jsonl or .xlsx with one of the names %s",
			fleet.Quote(r.PathValue("file")), exportPath, strings.Join(export.Names(), ", "))})
		return
	}
	variables, err := variablesOf(r.URL.RawQuery)
	if err != nil {
		s.errors.Write(w, r, err)
		return
	}
	for given := range variables {
		if !strings.Contains(document, "$"+given+":") {
			s.errors.Write(w, r, fleet.BadInputf(given, "the export %s has no parameter %s", name, fleet.Quote(given)))
			return
		}
	}
	text, err := json.Marshal(variables)
	if err != nil {
		s.errors.Write(w, r, err)
		return
	}
	format := export.Formats()[at]
	w.Header().Set("Content-Disposition", transport.AttachmentOf(name+"-"+time.Now().UTC().Format(time.DateOnly), format))
	inner := r.Clone(r.Context())
	inner.Header.Set("Accept", format.MediaType)
	inner.URL.RawQuery = url.Values{"query": {document}, "variables": {string(text)}}.Encode()
	s.transports.Cut(s.graphql).ServeHTTP(w, inner)
}

// variablesOf reads parameters of a URL as variables: JSON where one begins with a brace or a bracket, a number for
// first, and else a text, which is that of enums and ids too.
func variablesOf(query string) (map[string]any, error) {
	given, err := url.ParseQuery(query)
	if err != nil {
		return nil, fleet.BadInputf("", "the parameters of the URL are not well formed")
	}
	variables := make(map[string]any, len(given))
	for name, values := range given {
		text := strings.TrimSpace(values[0])
		switch {
		case len(values) > 1:
			return nil, fleet.BadInputf(name, "it is given %d times: write a list as JSON, such as [\"A\",\"B\"]", len(values))
		case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
			if !json.Valid([]byte(text)) {
				return nil, fleet.BadInputf(name, "%s is no JSON", fleet.Quote(text))
			}
			variables[name] = json.RawMessage(text)
		case name == "first":
			n, err := strconv.Atoi(text)
			if err != nil {
				return nil, fleet.BadInputf(name, "%s is no number", fleet.Quote(text))
			}
			variables[name] = n
		default:
			variables[name] = text
		}
	}
	return variables, nil
}
