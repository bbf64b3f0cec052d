using KpsCrm.Data.Tasks;

namespace KpsCrm.Data.Maintenance;

/// <summary>The names, places and words of the sample firm's world. All addresses end in .example, all numbers are 555-01xx: nobody real is called.</summary>
internal static class SampleWords
{
    public static readonly string[] People =
    [
        "Carla Reyes", "Dwayne Foster", "Priya Natarajan", "Tom Whitaker", "Lucía Fernández", "Grace Okafor", "Hank Dawson", "Mei Lin", "Rosa Delgado", "Marcus Bell",
        "Kelly O'Brien", "Sam Haddad", "Jill Patterson", "Andre Washington", "Nora Lindqvist", "Victor Salinas", "Beth Ann Carver", "Omar Farouk", "Wendy Cho", "Luke Brandt",
        "Tanya Petrova", "Jesse Montoya", "Diane Kessler", "Raj Malhotra", "Shelby Tucker", "Ivan Castillo", "Monica Hayes", "Earl Jenkins", "Fatima Siddiqui", "Cody Ramsey",
        "Renée Dubois", "Walt Simmons", "Ana Beltrán", "Greg Novak", "Latoya Grant", "Peter Nguyen", "Jolene Marsh", "Hector Ruiz", "Amy Zhang", "Bill McAllister",
        "Sofia Rossi", "Curtis Boyd", "Hannah Weiss", "Diego Navarro", "Ruth Abernathy", "Kevin Tran", "Paula Jimenez", "Otis Freeman", "Claire Dunn", "Manny Ortega",
        "Vera Kowalski", "Travis Pike", "Ingrid Olsen", "Leon Harper", "Yolanda Cruz", "Nate Gallagher", "Simone Baptiste", "Roy Stubbs", "Elena Vargas", "Chuck Lawson",
        "Deb Sorensen", "Arturo Peña", "Joyce Kimball", "Ken Yamada", "Misty Rowe", "Saul Abrams", "Tess Holloway", "Bruno Costa", "Gwen Archer", "Ray Villanueva",
    ];

    public static readonly string[] Companies =
    [
        "Lone Star Plumbing", "Trinity Dental Care", "Bluebonnet Bakery", "Whitaker & Sons Roofing", "Fernández Landscaping", "Okafor Pediatrics", "Dawson Auto Repair", "Golden Lotus Kitchen", "Delgado Tile & Stone", "Bell Logistics",
        "Shamrock Title Services", "Haddad Imports", "Patterson Realty Group", "Washington Fitness", "Nordic Interiors", "Salinas Concrete", "Carver Veterinary Clinic", "Crescent Pharmacy", "Cho Orthodontics", "Brandt HVAC",
        "Petrova Dance Studio", "Montoya Electric", "Kessler Law Office", "Malhotra Hotels", "Tucker Feed & Supply", "Castillo Moving", "Hayes Event Planning", "Jenkins Barbecue", "Siddiqui Family Medicine", "Ramsey Pool Service",
        "Dubois Patisserie", "Simmons Machine Works", "Beltrán Cleaning", "Novak Cabinets", "Grant Home Health", "Nguyen Nail & Spa", "Marsh Florals", "Ruiz Framing", "Zhang Optical", "McAllister Ranch Supply",
        "Rossi Pizzeria", "Boyd Security", "Weiss Architects", "Navarro Paint & Body", "Abernathy Antiques", "Tran Seafood Market", "Jimenez Daycare", "Freeman Printing", "Dunn Physical Therapy", "Ortega Tire",
        "Kowalski Deli", "Pike Drilling", "Olsen Eyewear", "Harper Insurance", "Cruz Catering", "Gallagher Brewing", "Baptiste Hair Studio", "Stubbs Septic", "Vargas Welding", "Lawson Trailers",
        "Sorensen Chiropractic", "Peña Produce", "Kimball Books", "Yamada Robotics", "Rowe Pet Grooming", "Abrams Jewelers", "Holloway Stables", "Costa Flooring", "Archer Surveying", "Villanueva Solar",
    ];

    /// <summary>Repeated as often as they should occur.</summary>
    public static readonly string[] Sources =
        ["website", "website", "website", "google", "google", "google", "referral", "referral", "referral", "social_media", "social_media", "linkedin", "yelp", "event", "email"];

    public static readonly string[] Cities =
        ["Dallas", "Dallas", "Dallas", "Dallas", "Fort Worth", "Fort Worth", "Fort Worth", "Plano", "Plano", "Frisco", "Frisco", "Arlington", "Arlington", "Irving", "McKinney", "Denton", "Garland", "Austin", "Houston"];

    public static readonly string[] AreaCodes = ["214", "469", "972", "817", "682", "940"];

    /// <summary>Repeated as often as they should occur.</summary>
    public static readonly string[] Services =
    [
        "Monthly Bookkeeping", "Monthly Bookkeeping", "Monthly Bookkeeping", "Payroll Services", "Payroll Services", "Tax Preparation", "Tax Preparation", "QuickBooks Setup", "QuickBooks Setup",
        "QuickBooks Consulting", "HR Services", "Business Consulting", "Technology Consulting", "Business Operations", "HVAC Consulting", "The Modern Suite",
    ];

    public static readonly string[] Timelines = ["Immediately", "Within 1 month", "1-3 months", "3-6 months", "Just exploring"];

    public static readonly string[] LeadsLost = ["No answer", "Chose a competitor", "Price", "Not a fit", "No budget"];

    public static readonly string[] Wishes =
    [
        "We are three months behind with our books and need someone to catch us up before taxes.", "Our payroll is done by hand in a spreadsheet and takes my Fridays.",
        "We are opening a second location in spring and want clean numbers for the bank.", "Our bookkeeper retires in the summer. Could you take over?",
        "We need QuickBooks set up properly, with training for two people.", "Looking for one firm for books, payroll and tax.", "We got a letter from the state about sales tax.",
        "Twelve employees now, no handbook, no HR. Where do we start?", "Job costing is a mess; we can't tell which jobs make money.",
    ];

    public static readonly string[] Calls =
    [
        "spoke with the owner; wants figures by Friday", "left a voicemail, will try again on Monday", "went through the scope, two open questions on payroll", "talked about start date and who brings the old files",
        "they compare us with one other firm", "good talk; the spouse decides too, second call agreed",
    ];

    public static readonly string[] Notes =
    [
        "uses QuickBooks Desktop 2019, wants to go online", "asked for a reference in the same trade", "fiscal year ends in June", "prefers text messages to calls", "has 14 people on payroll, two crews", "needs a Spanish-speaking contact",
    ];

    public static readonly (TaskKind Kind, string Title)[] Steps =
    [
        (TaskKind.Call, "Call about the open questions"), (TaskKind.Mail, "Send the revised proposal"), (TaskKind.Meeting, "Walk through the scope with the owner"), (TaskKind.ToDo, "Check their chart of accounts"),
        (TaskKind.Call, "Ask how the second firm compares"), (TaskKind.ToDo, "Get last year’s payroll reports"), (TaskKind.Mail, "Send two references in their trade"), (TaskKind.Meeting, "Kick-off with the office"),
    ];

    public static readonly string[] Projects =
        ["{0}: yearly renewal", "{0}: second location", "{0}: clean-up of last year", "{0}: extension", "{0}: training for the office"];
}
