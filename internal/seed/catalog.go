package seed

// trait is a feature of machines that determines what breaks on them.
type trait uint8

const (
	tracked   trait = 1 << iota // crawler undercarriage
	wheeled                     // tyres, axles, service brakes
	digging                     // bucket, boom, stick
	lifting                     // ropes, hooks, load-moment indicator
	hydraulic                   // work hydraulics
	towed                       // no drive of its own
)

// category is a kind of machine with the figures that drive its history. Hours and rates are orders of magnitude of
// contractors' fleets (rental companies' utilisation tables, manufacturers' service schedules), not measurements of
// one.
type category struct {
	name        string
	code        string  // first letters of a fleet number
	share       float64 // of a mixed fleet
	hours       float64 // engine hours in a mean year
	failures    float64 // corrective records per operating year in mid-life
	inspections float64 // per year: lifting equipment twice
	traits      trait
	extras      []string // equipment that a description mentions
	models      []model
}

// model is a manufacturer's machine.
type model struct {
	name   string
	serial string  // format of a serial number: an increasing %d after the manufacturer's prefix
	price  float64 // of a new one today, in the company's currency
}

// catalog is every category with its models. Prices are list-price bands.
var catalog = []category{
	{"Excavator", "EX", 0.21, 1450, 1.9, 1, tracked | digging | hydraulic,
		[]string{"quick coupler and three buckets", "tiltrotator", "2D grade control", "hammer line", "long-life track pads",
			"demolition cab guard"},
		[]model{
			{"Caterpillar 320", "HEX%05d", 215_000}, {"Caterpillar 336", "GDY%05d", 345_000},
			{"Komatsu PC210LC-11", "K%06d", 205_000},
			{"Komatsu PC360LC-11", "A%06d", 330_000}, {"Volvo EC220E", "VCEC220EK%08d", 210_000},
			{"Hitachi ZX350LC-6", "HCMDEF90K%08d", 320_000},
			{"Liebherr R 924", "1245-%06d", 240_000}, {"Doosan DX140LC-5", "DHKCEBBQ%07d", 150_000},
			{"Hyundai HX300L", "HHKHK906%08d", 265_000}}},
	{"Mini excavator", "MX", 0.13, 780, 1.2, 1, tracked | digging | hydraulic,
		[]string{"mechanical quick coupler", "canopy instead of cab", "rubber tracks", "auger drive"},
		[]model{
			{"Kubota KX019-4", "WKFRGS02%07d", 34_000}, {"Kubota U55-4", "JKUU0553%06d", 72_000},
			{"Takeuchi TB260", "126%06d", 78_000},
			{"Yanmar ViO17", "YCE0V17U%06d", 33_000}, {"Bobcat E35", "B3Y2%05d", 49_000},
			{"JCB 8018 CTS", "JCB08018%07d", 31_500}}},
	{"Wheel loader", "WL", 0.10, 1550, 1.6, 1, wheeled | hydraulic,
		[]string{"4-in-1 bucket", "pallet forks", "weighing system", "central lubrication", "high-tip bucket"},
		[]model{
			{"Volvo L120H", "VCEL120HC%08d", 265_000}, {"Volvo L60H", "VCEL60HP%08d", 150_000},
			{"Caterpillar 950", "J1W%05d", 280_000},
			{"Komatsu WA320-8", "85%06d", 195_000}, {"Liebherr L 550 XPower", "1287-%06d", 235_000},
			{"Kramer 5085", "WNK34603%07d", 68_000}}},
	{"Articulated dump truck", "DT", 0.07, 1900, 2.2, 1, wheeled | hydraulic,
		[]string{"tailgate", "heated body", "on-board weighing", "body liner"},
		[]model{
			{"Volvo A30G", "VCE0A30G%08d", 395_000}, {"Volvo A40G", "VCE0A40G%08d", 480_000},
			{"Bell B30E", "AEB7813B%07d", 360_000},
			{"Caterpillar 730", "3T3%05d", 410_000}, {"Komatsu HM300-5", "HM3%06d", 385_000}}},
	{"Bulldozer", "BD", 0.05, 1300, 2.1, 1, tracked | hydraulic,
		[]string{"6-way blade", "GNSS mast", "rear ripper", "LGP tracks"},
		[]model{
			{"Caterpillar D6", "EM2%05d", 390_000}, {"Caterpillar D8T", "J8B%05d", 720_000},
			{"Komatsu D61PX-24", "B4%06d", 330_000},
			{"Liebherr PR 736", "1306-%06d", 365_000}, {"John Deere 750K", "1T0750KX%07d", 315_000}}},
	{"Backhoe loader", "BL", 0.06, 1050, 1.5, 1, wheeled | digging | hydraulic,
		[]string{"extending dipper", "six-in-one shovel", "hydraulic quick hitch", "hammer pipework"},
		[]model{
			{"JCB 3CX", "JCB3CX4T%07d", 98_000}, {"JCB 4CX", "JCB4CX4W%07d", 118_000}, {"Caterpillar 432", "R6H%05d", 112_000},
			{"Case 580ST", "NGHH%06d", 95_000}}},
	{"Telehandler", "TH", 0.10, 900, 1.3, 2, wheeled | lifting | hydraulic,
		[]string{"forks and bucket", "man basket with remote control", "jib 2 t", "stabilisers"},
		[]model{
			{"JCB 540-170", "JCB5AAXR%07d", 112_000}, {"Manitou MT 1840", "MAN00000C%07d", 118_000},
			{"Merlo P40.17", "C%07d", 109_000}, {"Magni RTH 6.26", "P26%05d", 245_000}}},
	{"Roller", "RO", 0.08, 620, 0.9, 1, wheeled,
		[]string{"compaction meter", "padfoot shells", "edge cutter", "ROPS frame"},
		[]model{
			{"Bomag BW 213 D-5", "101586%06d", 128_000}, {"Bomag BW 120 AD-5", "101880%06d", 46_000},
			{"Hamm HD 12 VV", "WGH0H247%06d", 44_000}, {"Dynapac CA2500D", "100001%06d", 119_000},
			{"Ammann ARX 26", "AUA26%06d", 41_000}}},
	{"Motor grader", "MG", 0.02, 1150, 1.6, 1, wheeled | hydraulic,
		[]string{"cross-slope control", "front blade", "rear scarifier"},
		[]model{{"Caterpillar 140", "EB2%05d", 345_000}, {"Komatsu GD655-7", "G65%06d", 330_000},
			{"John Deere 672G", "1DW672GX%07d", 320_000}}},
	{"Mobile crane", "MC", 0.02, 1350, 1.8, 2, wheeled | lifting | hydraulic,
		[]string{"bi-fold jib", "second winch", "asymmetric outriggers", "11.2 t counterweight"},
		[]model{{"Liebherr LTM 1060-3.1", "W0936%07d", 690_000}, {"Tadano AC 3.045-1", "WMG3045%06d", 560_000},
			{"Grove GMK3060L", "W09GMK%06d", 640_000}}},
	{"Concrete pump", "CP", 0.02, 1000, 2.3, 2, wheeled | hydraulic,
		[]string{"36 m boom", "wear-plate set renewed at purchase", "high-pressure washer"},
		[]model{{"Putzmeister BSF 36-4", "2108%06d", 420_000}, {"Schwing S 36 X", "SX36%06d", 410_000},
			{"Putzmeister BSA 1409 D", "2102%06d", 96_000}}},
	{"Generator", "GE", 0.08, 2300, 0.8, 1, towed,
		[]string{"road trailer", "remote monitoring", "bunded tank", "auto-transfer switch"},
		[]model{{"Atlas Copco QAS 100", "APP%06d", 32_000}, {"Caterpillar XQ230", "XQ2%05d", 68_000},
			{"Himoinsa HYW-45", "HY45%06d", 21_500}, {"SDMO R165C3", "R165%06d", 38_000}}},
	{"Air compressor", "AC", 0.03, 850, 0.8, 2, towed,
		[]string{"aftercooler and water separator", "height-adjustable towbar", "two tool outlets"},
		[]model{{"Kaeser M50", "K5%06d", 21_000}, {"Atlas Copco XAS 88", "YA3%06d", 18_500},
			{"Doosan 7/41", "D741%06d", 17_500}}},
	{"Asphalt paver", "AP", 0.015, 820, 2.0, 1, tracked | hydraulic,
		[]string{"electric screed", "grade and slope automation", "material feeder"},
		[]model{{"Vögele SUPER 1800-3", "1182%05d", 465_000}, {"Bomag BF 600 C-3", "8215%05d", 380_000}}},
	{"Dumper", "DU", 0.015, 700, 1.1, 1, wheeled | hydraulic,
		[]string{"swivel skip", "ROPS cab", "reversing camera"},
		[]model{{"Wacker Neuson DW60", "WNCD%07d", 46_000}, {"Thwaites 9 t", "SLCM9%06d", 58_000},
			{"Ausa D600", "659%07d", 43_000}}},
}
