package transport

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The media types of responses.
const (
	graphqlJSON = "application/graphql-response+json"
	plainJSON   = "application/json"
	eventStream = "text/event-stream"
)

// accepted returns the quality that the Accept header gives to a media type, from
// 0 (not acceptable) to 1, and whether the header names the type itself rather
// than a range of types (RFC 9110, section 12.5.1).
func accepted(h http.Header, mediaType string) (quality float64, named bool) {
	best := -1 // specificity of the best match so far
	kind, _, _ := strings.Cut(mediaType, "/")
	for _, header := range h.Values("Accept") {
		for entry := range strings.SplitSeq(header, ",") {
			name, params, _ := strings.Cut(entry, ";")
			specificity := -1
			switch strings.ToLower(strings.TrimSpace(name)) {
			case mediaType:
				specificity = 2
			case kind + "/*":
				specificity = 1
			case "*/*":
				specificity = 0
			}
			if specificity > best {
				best, quality = specificity, qualityOf(params)
			}
		}
	}
	return quality, best == 2
}

// qualityOf returns the weight q of a media range, 1 if it has no valid one.
func qualityOf(params string) float64 {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(param, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && q >= 0 && q <= 1 {
				return q
			}
		}
	}
	return 1
}

// jsonType returns the media type for a JSON response, "" if the client accepts
// neither. Clients that do not name application/graphql-response+json get
// application/json, because older ones rely on its status 200.
func jsonType(h http.Header) string {
	switch given := h.Values("Accept"); {
	case len(given) == 0:
		return plainJSON
	case len(given) == 1 && (given[0] == graphqlJSON || given[0] == plainJSON): // the common case
		return given[0]
	}
	plain, _ := accepted(h, plainJSON)
	graphql, named := accepted(h, graphqlJSON)
	switch {
	case graphql > plain, named && graphql == plain && graphql > 0:
		return graphqlJSON
	case plain > 0:
		return plainJSON
	default:
		return ""
	}
}

// wantsEvents reports whether the client prefers an event stream to JSON. Some
// clients list text/event-stream with every request, at no higher quality than
// JSON; they get JSON.
func wantsEvents(h http.Header) bool {
	named := func(v string) bool { return strings.Contains(strings.ToLower(v), eventStream) }
	if !slices.ContainsFunc(h.Values("Accept"), named) {
		return false // the common case
	}
	events, exact := accepted(h, eventStream)
	plain, _ := accepted(h, plainJSON)
	graphql, _ := accepted(h, graphqlJSON)
	return exact && events > 0 && events > plain && events > graphql
}
