package ingest

// siteHeaders are headers of lists of sites.
var siteHeaders = map[string][]string{
	sourceRef: {"id", "nr", "no", "number", "site id", "project id", "id obra", "id sitio", "id proyecto", "numero", "nro"},
	"name": {"name", "site", "site name", "project", "project name", "job site", "jobsite", "location", "place", "yard",
		"nombre", "obra", "nombre de obra", "nombre de la obra", "sitio", "nombre del sitio", "proyecto", "lugar", "faena",
		"frente", "ubicacion"},
	"code": {"code", "site code", "site no", "site number", "project code", "project no", "job no", "job number",
		"cost center", "cost centre", "codigo", "codigo de obra", "codigo obra", "codigo de proyecto", "centro de costo",
		"centro de costos", "centro costo", "ceco"},
	"address":  {"address", "street", "street address", "direccion", "domicilio"},
	"timeZone": {"time zone", "timezone", "zone", "zona horaria", "huso horario"},
}

// paperHeaders are headers of lists of papers.
var paperHeaders = map[string][]string{
	sourceRef: {"id", "reference", "ref", "code", "document id", "paper id", "id documento", "referencia", "codigo"},
	"equipment": {"equipment", "machine", "asset", "vehicle", "unit", "equipment id", "asset id", "machine id", "plate",
		"license plate", "equipo", "maquina", "activo", "vehiculo", "unidad", "interno", "placa", "patente"},
	"operator": {"operator", "driver", "employee", "holder", "operator id", "employee id", "operador", "conductor", "chofer",
		"empleado", "titular", "legajo"},
	"kind": {"kind", "type", "paper", "document", "document type", "type of document", "tipo", "clase", "documento",
		"tipo de documento", "tipo documento"},
	"number": {"number", "no", "nr", "document no", "document number", "policy", "policy no", "policy number", "certificate",
		"certificate no", "licence no", "license no", "n", "n documento", "n poliza", "numero", "nro", "nro documento", "numero de documento", "poliza",
		"nro poliza", "numero de poliza", "certificado", "nro certificado", "nro licencia"},
	"issuedOn": {"issued", "issued on", "issue date", "date of issue", "valid from", "from", "start", "start date",
		"emision", "fecha de emision", "fecha emision", "valido desde", "vigente desde", "vigencia desde",
		"inicio de vigencia", "desde", "inicio"},
	"validUntil": {"valid until", "valid to", "until", "to", "expires", "expires on", "expiry", "expiry date", "expiration",
		"expiration date", "due", "due date", "vence", "vencimiento", "fecha de vencimiento", "fecha vencimiento",
		"valido hasta", "vigente hasta", "vigencia hasta", "fin de vigencia", "hasta", "caducidad", "fecha de caducidad"},
	"note": {"note", "notes", "remark", "remarks", "comment", "comments", "nota", "notas", "observacion", "observaciones",
		"comentario", "comentarios"},
}

// paperWords are words of other systems with our kinds of papers, in English and Spanish, as word writes them.
var paperWords = map[string]string{
	"INSPECTION": "INSPECTION", "TECHNICAL_INSPECTION": "INSPECTION", "ANNUAL_INSPECTION": "INSPECTION", "MOT": "INSPECTION",
	"INSPECCIÓN": "INSPECTION", "INSPECCION": "INSPECTION", "INSPECCIÓN_TÉCNICA": "INSPECTION",
	"INSPECCION_TECNICA": "INSPECTION", "REVISIÓN_TÉCNICA": "INSPECTION", "REVISION_TECNICA": "INSPECTION",
	"ITV": "INSPECTION", "CITV": "INSPECTION",
	"INSURANCE": "INSURANCE", "POLICY": "INSURANCE", "INSURANCE_POLICY": "INSURANCE", "SEGURO": "INSURANCE",
	"PÓLIZA": "INSURANCE", "POLIZA": "INSURANCE", "PÓLIZA_DE_SEGURO": "INSURANCE", "SOAT": "INSURANCE",
	"REGISTRATION": "REGISTRATION", "VEHICLE_REGISTRATION": "REGISTRATION", "REGISTRO": "REGISTRATION",
	"MATRÍCULA": "REGISTRATION", "MATRICULA": "REGISTRATION", "TARJETA_DE_PROPIEDAD": "REGISTRATION",
	"LICENCE": "LICENCE", "LICENSE": "LICENCE", "DRIVING_LICENCE": "LICENCE", "DRIVER_LICENSE": "LICENCE",
	"LICENCIA": "LICENCE", "LICENCIA_DE_CONDUCIR": "LICENCE", "CARNET_DE_CONDUCIR": "LICENCE", "BREVETE": "LICENCE",
	"OTHER": "OTHER", "OTRO": "OTHER", "OTROS": "OTHER",
}
