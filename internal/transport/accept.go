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

// accepted returns how much the Accept header wants a media type, 0 (not at
// all) to 1, and whether it names the type itself rather than a range of types.
func accepted(h http.Header, mediaType string) (quality float64, named bool) {
	best := -1 // how exactly the best range so far matches
	kind, _, _ := strings.Cut(mediaType, "/")
	for _, header := range h.Values("Accept") {
		for entry := range strings.SplitSeq(header, ",") {
			name, params, _ := strings.Cut(entry, ";")
			exactness := -1
			switch strings.ToLower(strings.TrimSpace(name)) {
			case mediaType:
				exactness = 2
			case kind + "/*":
				exactness = 1
			case "*/*":
				exactness = 0
			}
			if exactness > best {
				best, quality = exactness, qualityOf(params)
			}
		}
	}
	return quality, best == 2
}

// qualityOf reads the q of a range; without a readable one it is 1.
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

// jsonType returns the media type for a JSON response, "" if the client takes
// neither. application/json is for those who do not name the newer type,
// because older clients believe in its status 200.
func jsonType(h http.Header) string {
	switch given := h.Values("Accept"); {
	case len(given) == 0:
		return plainJSON
	case len(given) == 1 && (given[0] == graphqlJSON || given[0] == plainJSON): // most of them
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

// wantsEvents reports whether an event stream is what the client wants most.
// Some clients list it last in every request; they want JSON.
func wantsEvents(h http.Header) bool {
	if !slices.ContainsFunc(h.Values("Accept"), func(v string) bool { return strings.Contains(strings.ToLower(v), eventStream) }) {
		return false // most of them
	}
	events, named := accepted(h, eventStream)
	plain, _ := accepted(h, plainJSON)
	graphql, _ := accepted(h, graphqlJSON)
	return named && events > 0 && events > plain && events > graphql
}
