package store

import "bitcorp.dev/fleet/internal/fleet"

// The Reads of the lists of papers. Each reads what the method without Read in its name returns, by the same index.

func (s Reads) papersOrdered(v fleet.Viewer, f *fleet.PaperFilter, o fleet.PaperOrder, through rowsOf) ordered {
	return ordered{
		keyedRows: rowsOfKind[fleet.KindPaper], key: paperSortKey(o),
		where: func(q *query) { paperWhere(q, v, f, through) },
	}
}

// ReadPaperPage reads a page of PaperPage. One statement.
func (s Reads) ReadPaperPage(v fleet.Viewer, f *fleet.PaperFilter, o fleet.PaperOrder, w fleet.Window,
	c Columns) Read {
	r := s.readPage(s.papersOrdered(v, f, o, ofNothing), f != nil, w, c)
	r.scans = f != nil || w.Offset > 0
	return r
}

// ReadPaperCount counts as PaperCount does. One statement.
func (s Reads) ReadPaperCount(v fleet.Viewer, f *fleet.PaperFilter) Read {
	return s.readCount(s.papersOrdered(v, f, "", ofNothing))
}

// ReadPapersByEquipment reads the pages of PapersByEquipment. One statement.
func (s Reads) ReadPapersByEquipment(v fleet.Viewer, equipment []fleet.UUID, f *fleet.PaperFilter,
	o fleet.PaperOrder, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.papersOrdered(v, f, o, ofEquipment), "p.equipment_id", equipment, w, c)
}

// ReadPaperCountByEquipment counts as PaperCountByEquipment does. One statement.
func (s Reads) ReadPaperCountByEquipment(v fleet.Viewer, equipment []fleet.UUID, f *fleet.PaperFilter) Read {
	return s.readCountOf(s.papersOrdered(v, f, "", ofEquipment), "p.equipment_id", equipment)
}

// ReadPapersByOperator reads the pages of PapersByOperator. One statement.
func (s Reads) ReadPapersByOperator(v fleet.Viewer, operators []fleet.UUID, f *fleet.PaperFilter,
	o fleet.PaperOrder, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.papersOrdered(v, f, o, ofOperators), "p.operator_id", operators, w, c)
}

// ReadPaperCountByOperator counts as PaperCountByOperator does. One statement.
func (s Reads) ReadPaperCountByOperator(v fleet.Viewer, operators []fleet.UUID, f *fleet.PaperFilter) Read {
	return s.readCountOf(s.papersOrdered(v, f, "", ofOperators), "p.operator_id", operators)
}
