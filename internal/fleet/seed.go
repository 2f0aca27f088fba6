package fleet

// CheckSeed returns a CONFLICT unless a generated fleet may be written to the company of this name: the
// company must have no equipment and no operators, deleted ones included.
func CheckSeed(company string, filled bool) error {
	if filled {
		return Conflictf(Taken, "company", "%s has equipment or operators already: "+
			"only an empty company can be seeded, choose another name", Quote(company))
	}
	return nil
}

// SeedExists returns the CONFLICT for generated rows with keys that exist already. rows names the kind of
// rows, detail the key.
func SeedExists(rows, detail string) error {
	return Conflictf(Taken, "company", "%s that were to be generated exist already: "+
		"choose another company name or seed (%s)", rows, detail)
}
