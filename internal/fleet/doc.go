// Package fleet is the domain: equipment, operators, maintenance records, users, and the rules that
// hold for them independently of transport and storage. It knows no SQL, GraphQL or HTTP and
// imports no other package of this module. Everything else of the server is built around these
// types.
package fleet
