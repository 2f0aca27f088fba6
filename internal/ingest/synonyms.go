package ingest

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// headerWords are headers of columns in English and Spanish, as plain writes them. Of a field with several in a file the
// first column counts.
var headerWords = map[Entity]map[string][]string{
	Equipment: {
		sourceRef: {"id", "nr", "no", "number", "asset id", "asset no", "equipment id", "fleet no", "fleet number", "code",
			"unit", "unit no", "codigo", "numero", "nro", "interno", "id equipo", "codigo equipo"},
		"name": {"name", "machine", "equipment", "asset", "asset name", "vehicle", "equipment name", "nombre", "equipo",
			"maquina", "activo", "vehiculo", "unidad"},
		"serialNumber": {"serial", "serial no", "serial nr", "serial number", "s n", "sn", "vin", "chassis", "serie",
			"no de serie", "nro de serie", "numero de serie", "chasis"},
		"description": {"description", "notes", "remark", "remarks", "comment", "comments", "descripcion", "notas",
			"observaciones", "comentario", "comentarios"},
		"category": {"category", "type", "class", "group", "kind", "equipment type", "categoria", "tipo", "clase", "familia",
			"grupo"},
		"status": {"status", "state", "condition", "in service", "active", "estado", "situacion", "condicion", "activo s n"},
		"cost": {"cost", "price", "purchase price", "value", "purchase cost", "acquisition cost", "costo", "precio", "valor",
			"precio de compra", "costo de compra"},
		"manufacturer": {"manufacturer", "make", "brand", "maker", "fabricante", "marca"},
		"model":        {"model", "model no", "model number", "modelo"},
		"year": {"year", "year built", "year of manufacture", "model year", "built", "ano", "ano de fabricacion",
			"ano fabricacion", "ano modelo"},
		"inServiceOn": {"in service since", "in service date", "in service on", "commissioned", "commissioning date",
			"start up date", "fecha de puesta en servicio", "puesta en servicio", "en servicio desde"},
		"retiredOn": {"retired", "retirement date", "disposed on", "disposal date", "sold on", "fecha de baja", "baja"},
		"replacementValue": {"replacement value", "replacement cost", "replacement price", "valor de reposicion",
			"costo de reposicion"},
		"scheduledHoursPerWeek": {"scheduled hours", "hours per week", "weekly hours", "horas por semana",
			"horas semanales", "horas programadas"},
		"user":      {"user", "responsible", "e mail", "email", "manager", "responsable", "correo", "encargado"},
		"createdAt": {"created", "created at", "purchased", "purchase date", "fecha de compra", "fecha de alta", "alta"},
	},
	Operators: {
		sourceRef: {
			"id",
			"nr",
			"no",
			"number",
			"employee id",
			"employee no",
			"code",
			"codigo",
			"legajo",
			"numero",
			"nro",
		},
		"name": {
			"name",
			"full name",
			"operator",
			"driver",
			"employee",
			"nombre completo",
			"operador",
			"conductor",
			"chofer",
		},
		"firstName": {"first name", "firstname", "given name", "nombre", "nombres", "primer nombre"},
		"lastName":  {"last name", "lastname", "surname", "family name", "apellido", "apellidos"},
		"licenseNumber": {
			"licence",
			"license",
			"licence no",
			"license no",
			"license number",
			"licence number",
			"licencia",
			"nro licencia",
			"brevete",
		},
		"status": {"status", "state", "active", "estado", "situacion", "activo"},
	},
	Sites:  siteHeaders,
	Papers: paperHeaders,
	Maintenance: {
		sourceRef: {"id", "order", "order no", "order number", "work order", "work order no", "wo", "nr", "no", "number",
			"ticket", "orden", "ot", "orden de trabajo", "nro ot", "nro", "numero", "codigo"},
		"equipment": {
			"equipment",
			"machine",
			"asset",
			"vehicle",
			"unit",
			"equipment id",
			"asset id",
			"machine id",
			"machineid",
			"equipo",
			"maquina",
			"activo",
			"vehiculo",
			"unidad",
			"interno",
		},
		"kind": {
			"kind",
			"type",
			"order type",
			"category",
			"maintenance type",
			"tipo",
			"clase",
			"tipo de mantenimiento",
			"tipo ot",
		},
		"status": {"status", "state", "order status", "estado", "situacion"},
		"dueDate": {"due", "due date", "planned date", "scheduled", "target date", "vence", "vencimiento", "fecha prevista",
			"fecha programada", "fecha de vencimiento"},
		"startedAt": {"started", "started at", "start", "start date", "begin", "inicio", "fecha de inicio", "fecha inicio"},
		"completedAt": {"completed", "completed at", "finished", "end", "end date", "closed", "closed at", "completion date",
			"fin", "fecha de fin", "fecha fin", "cierre", "fecha de cierre"},
		"maintenanceDate": {"date", "day", "maintenance date", "service date", "datetime", "fecha", "dia",
			"fecha de mantenimiento", "fecha de servicio"},
		"description": {"description", "text", "short text", "task", "work", "notes", "remark", "comment", "details",
			"descripcion", "trabajo", "tarea", "detalle", "observaciones", "texto"},
		"cost": {
			"cost",
			"total",
			"total cost",
			"amount",
			"price",
			"costo",
			"costo total",
			"monto",
			"importe",
			"precio",
		},
		"labourCost":  {"labour", "labor", "labour cost", "labor cost", "mano de obra", "costo mano de obra"},
		"labourHours": {"labour hours", "labor hours", "man hours", "manhours", "horas hombre", "horas de mano de obra"},
		"partsCost": {
			"parts",
			"parts cost",
			"material",
			"materials",
			"material cost",
			"repuestos",
			"materiales",
			"costo repuestos",
		},
		"performedBy": {
			"performed by",
			"technician",
			"mechanic",
			"workshop",
			"vendor",
			"tecnico",
			"mecanico",
			"taller",
			"proveedor",
			"realizado por",
		},
		"downFrom": {
			"down from",
			"downtime start",
			"breakdown start",
			"stopped",
			"from",
			"parada desde",
			"inicio parada",
			"desde",
		},
		"downTo": {"down to", "downtime end", "breakdown end", "to", "parada hasta", "fin parada", "hasta"},
		"meterHours": {
			"hours",
			"meter",
			"meter hours",
			"hour meter",
			"smu",
			"engine hours",
			"horas",
			"horometro",
			"horas motor",
		},
	},
}

// plain writes a header in small letters, without accents and what separates its words.
func plain(header string) string {
	bare, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), header)
	if err != nil {
		bare = header
	}
	return strings.Join(strings.FieldsFunc(strings.ToLower(bare), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// fieldOfHeader returns the field that a header looks like; "" for none.
func fieldOfHeader(e Entity, header string) string {
	name := plain(header)
	for _, field := range fieldNames(e) {
		if name == plain(field) || strings.ReplaceAll(name, " ", "") == strings.ToLower(field) ||
			slices.Contains(headerWords[e][field], name) {
			return field
		}
	}
	return ""
}

// statusWords and kindWords are words of other systems with ours, in English and Spanish, as word writes them.
var (
	statusWords = map[Entity]map[string]string{
		Equipment: {
			"ACTIVE":            "ACTIVE",
			"MAINTENANCE":       "MAINTENANCE",
			"INACTIVE":          "INACTIVE",
			"RETIRED":           "RETIRED",
			"IN_SERVICE":        "ACTIVE",
			"IN_USE":            "ACTIVE",
			"OPERATIONAL":       "ACTIVE",
			"OPERATIVE":         "ACTIVE",
			"AVAILABLE":         "ACTIVE",
			"YES":               "ACTIVE",
			"TRUE":              "ACTIVE",
			"Y":                 "ACTIVE",
			"1":                 "ACTIVE",
			"ACTIVO":            "ACTIVE",
			"ACTIVA":            "ACTIVE",
			"OPERATIVO":         "ACTIVE",
			"EN_SERVICIO":       "ACTIVE",
			"SI":                "ACTIVE",
			"SÍ":                "ACTIVE",
			"DISPONIBLE":        "ACTIVE",
			"IN_REPAIR":         "MAINTENANCE",
			"REPAIR":            "MAINTENANCE",
			"DOWN":              "MAINTENANCE",
			"EN_TALLER":         "MAINTENANCE",
			"EN_REPARACIÓN":     "MAINTENANCE",
			"MANTENIMIENTO":     "MAINTENANCE",
			"EN_MANTENIMIENTO":  "MAINTENANCE",
			"OUT_OF_SERVICE":    "INACTIVE",
			"IDLE":              "INACTIVE",
			"PARKED":            "INACTIVE",
			"STANDBY":           "INACTIVE",
			"NO":                "INACTIVE",
			"FALSE":             "INACTIVE",
			"N":                 "INACTIVE",
			"0":                 "INACTIVE",
			"INACTIVO":          "INACTIVE",
			"INACTIVA":          "INACTIVE",
			"FUERA_DE_SERVICIO": "INACTIVE",
			"PARADO":            "INACTIVE",
			"SOLD":              "RETIRED",
			"SCRAPPED":          "RETIRED",
			"DISPOSED":          "RETIRED",
			"VENDIDO":           "RETIRED",
			"DADO_DE_BAJA":      "RETIRED",
			"BAJA":              "RETIRED",
			"RETIRADO":          "RETIRED",
		},
		Operators: {
			"ACTIVE":     "ACTIVE",
			"INACTIVE":   "INACTIVE",
			"RETIRED":    "RETIRED",
			"YES":        "ACTIVE",
			"TRUE":       "ACTIVE",
			"Y":          "ACTIVE",
			"1":          "ACTIVE",
			"ACTIVO":     "ACTIVE",
			"ACTIVA":     "ACTIVE",
			"SI":         "ACTIVE",
			"SÍ":         "ACTIVE",
			"NO":         "INACTIVE",
			"FALSE":      "INACTIVE",
			"N":          "INACTIVE",
			"0":          "INACTIVE",
			"ON_LEAVE":   "INACTIVE",
			"INACTIVO":   "INACTIVE",
			"INACTIVA":   "INACTIVE",
			"LEFT":       "RETIRED",
			"TERMINATED": "RETIRED",
			"BAJA":       "RETIRED",
			"JUBILADO":   "RETIRED",
		},
		Maintenance: {"PLANNED": "PLANNED", "IN_PROGRESS": "IN_PROGRESS", "COMPLETED": "COMPLETED", "CANCELLED": "CANCELLED",
			"SCHEDULED": "PLANNED", "PENDING": "PLANNED", "NEW": "PLANNED", "PLANIFICADO": "PLANNED", "PROGRAMADO": "PLANNED",
			"PENDIENTE": "PLANNED", "OPEN": "IN_PROGRESS", "STARTED": "IN_PROGRESS", "ACTIVE": "IN_PROGRESS",
			"ABIERTO": "IN_PROGRESS", "ABIERTA": "IN_PROGRESS", "EN_CURSO": "IN_PROGRESS", "EN_PROCESO": "IN_PROGRESS",
			"CLOSED": "COMPLETED", "DONE": "COMPLETED", "COMPLETE": "COMPLETED", "FINISHED": "COMPLETED", "TECO": "COMPLETED",
			"CERRADO": "COMPLETED", "CERRADA": "COMPLETED", "TERMINADO": "COMPLETED", "COMPLETADO": "COMPLETED",
			"FINALIZADO": "COMPLETED", "CANCELED": "CANCELLED", "REJECTED": "CANCELLED", "CANCELADO": "CANCELLED",
			"ANULADO": "CANCELLED"},
	}
	kindWords = map[Entity]map[string]string{Papers: paperWords, Maintenance: {"PREVENTIVE": "PREVENTIVE", "CORRECTIVE": "CORRECTIVE", "INSPECTION": "INSPECTION",
		"MODIFICATION": "MODIFICATION", "OTHER": "OTHER", "PM": "PREVENTIVE", "SERVICE": "PREVENTIVE",
		"SCHEDULED": "PREVENTIVE", "PREVENTIVO": "PREVENTIVE", "SERVICIO": "PREVENTIVE", "CM": "CORRECTIVE",
		"REPAIR": "CORRECTIVE", "BREAKDOWN": "CORRECTIVE", "FAILURE": "CORRECTIVE", "CORRECTIVO": "CORRECTIVE",
		"REPARACIÓN": "CORRECTIVE", "AVERÍA": "CORRECTIVE", "CHECK": "INSPECTION", "INSPECCIÓN": "INSPECTION",
		"REVISIÓN": "INSPECTION", "UPGRADE": "MODIFICATION", "MODIFICACIÓN": "MODIFICATION", "MEJORA": "MODIFICATION",
		"OTRO": "OTHER", "OTROS": "OTHER"}}
)
