// Package fleet is the domain: equipment, operators, maintenance records, who
// views them, and the rules that hold for them whatever carries or stores
// them. It knows no SQL, GraphQL or HTTP and imports nothing of ours.
// Everything else of the server is built around these types.
package fleet
