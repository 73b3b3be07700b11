"""Words that names and streets are written with in more than one way."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LEGAL = _set(
    "inc llc ltd limited gmbh mbh bv nv co corp corporation company incorporated pty plc srl sarl sas sa"
    " ag kg ohg ug ek oy ab as aps llp lp pc pllc vof cv spa sl slu kk oyj bhd sdn pte kft sro doo cic"
)
"""Forms of companies: left out when names are compared."""

BUSINESS = LEGAL | _set(
    "group services service construction plumbing electric electrical roofing landscaping cleaning design"
    " studio studios homes home properties property realty holdings enterprises industries systems"
    " solutions consulting partners associates cafe coffee bakery restaurant catering kitchen hotel school"
    " church club association foundation trust dental medical clinic pharmacy motors auto builders"
    " contractors supply store shop market trading media software technologies technology labs bank"
    " insurance farm farms university college"
)
"""Words by which a name is seen to be a company's."""

TITLES = _set("mr mrs ms miss dr prof sir jr sr ii iii iv dhr mevr mw herr frau mme mlle esq phd md")
"""Titles and generations: no part of a name."""

JOINING = frozenset(("and", "the", "en", "und", "et", "of"))

_GROUPS = """
robert bob bobby rob robbie bert; william bill billy will willy liam; richard rick ricky dick rich; james
jim jimmy jamie; john johnny jack jon; michael mike mick mickey mikey; thomas tom tommy; charles charlie
chuck chas; joseph joe joey; david dave davy; daniel dan danny; edward ed eddie ted ned; anthony tony ant;
andrew andy drew; christopher chris kit; matthew matt matty; steven steve stephen stevie; kenneth ken kenny;
ronald ron ronnie; donald don donnie; timothy tim timmy; gregory greg gregg; joshua josh; benjamin ben
benny; samuel sam sammy; alexander alex alec xander sandy; nicholas nick nicky nico; patrick pat paddy;
peter pete piet; philip phil phillip; lawrence larry lars laurence; raymond ray; gerald gerry jerry; jeffrey
jeff geoff geoffrey; frederick fred freddy freddie; francis frank frankie; henry harry hank hal; albert al
bertie; arthur art artie; walter walt wally; eugene gene; nathan nate nathaniel nat; zachary zach zack;
jonathan jonny nathan; douglas doug; leonard len lenny leo; elizabeth liz beth betty eliza lizzie libby
lisa; margaret maggie meg peggy marge greta; katherine kate kathy katie catherine kathryn cathy kat cate;
jennifer jen jenny jenn; patricia pat patty tricia trish; barbara barb babs; susan sue susie suzy suzanne;
deborah deb debbie debra; rebecca becky becca; victoria vicky vicki tori; christine chris christina chrissy
tina kristin; jessica jess jessie; pamela pam; kimberly kim; cynthia cindy; sandra sandy; theresa terry
teresa tess; dorothy dot dottie; virginia ginny; samantha sam; alexandra alex sandra lexi; amanda mandy;
abigail abby gail; angela angie; jacqueline jackie; judith judy; nancy nan; stephanie steph; valerie val;
veronica ronnie; caroline carrie carol; emily em emma; frances fran; isabella bella izzy isabel; madeline
maddie; melissa missy mel; olivia liv; penelope penny; rachel rach; johannes jan hans joh; cornelis kees
cor; hendrik henk hein; wilhelmina mina willemijn; maria mia ria; antonius ton toon; gerardus gerard ger
""".replace("\n", " ")


def _nicknames() -> dict[str, str]:
    """Return each short name with the first full name that uses it."""
    short: dict[str, str] = {}
    for group in _GROUPS.split(";"):
        full, *others = group.split()
        short[full] = full
        for other in others:
            short.setdefault(other, full)
    return short


NICKNAMES = _nicknames()

STREETS = {
    "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "rd": "road", "dr": "drive",
    "ln": "lane",
    "blvd": "boulevard", "ct": "court", "pl": "place", "sq": "square", "hwy": "highway", "pkwy": "parkway",
    "cir": "circle", "ter": "terrace", "trl": "trail", "cres": "crescent", "cl": "close", "gdns": "gardens",
    "n": "north", "s": "south", "e": "east", "w": "west", "mt": "mount", "ft": "fort", "strasse": "street",
    "straat": "street", "strat": "street", "ste": "unit", "suite": "unit", "apt": "unit", "apartment": "unit",
    "flat": "unit", "no": "unit", "fl": "floor",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th", "blv": "boulevard",
}  # fmt: skip
"""Short forms in streets."""

FREE_MAIL = _set(
    "gmail.com yahoo.com hotmail.com outlook.com aol.com icloud.com live.com msn.com me.com mac.com"
    " comcast.net gmx.de gmx.net web.de t-online.de ziggo.nl kpnmail.nl hetnet.nl planet.nl xs4all.nl"
    " home.nl hotmail.co.uk yahoo.co.uk btinternet.com orange.fr free.fr wanadoo.fr laposte.net qq.com"
    " 163.com 126.com sina.com proton.me protonmail.com verizon.net att.net sbcglobal.net bellsouth.net"
    " cox.net example.com mail.com ymail.com"
)
"""Where anybody may have a mailbox: the domain says nothing about a company."""

RELAYS = (
    "marketplace.amazon.", "members.ebay.", "privaterelay.appleid.com", "relay.firefox.com", "mozmail.com",
    "duck.com", "simplelogin.", "transaction.etsy.com", "convo.etsy.com", "messages.etsy.com",
    "reply.airbnb.com",
    "guest.booking.com", "m.expediapartnercentral.com", "users.noreply.github.com", "messaging.squareup.com",
    "anonaddy.", "relay.walmart.com", "guest.airbnb.com", "shopping.mail.",
)  # fmt: skip
"""Addresses that a marketplace or relay makes up: another one for each order, or one for many buyers."""
