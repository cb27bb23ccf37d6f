//! What the demo's requests do, span by span. The outage waits for a connection, as its incident says.

/// A sort of request, told every so many minutes.
pub(super) struct Tale {
    pub(super) name: &'static str,
    /// Only where there is an outage.
    pub(super) outage: bool,
    /// Minutes relative to the start of the program.
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) every: i64,
    pub(super) offset: i64,
    pub(super) lines: &'static [Line],
}

/// One span; times in microseconds since the request began.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// Number of the parent's line, from 1 on; 0 is none.
    pub(super) parent: usize,
    pub(super) service: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) error: Option<&'static str>,
    pub(super) attributes: &'static [(&'static str, &'static str)],
}

type Attributes = &'static [(&'static str, &'static str)];

const fn line(
    parent: usize,
    (service, kind): (&'static str, &'static str),
    name: &'static str,
    (from, to): (u64, u64),
    attributes: Attributes,
) -> Line {
    Line { parent, service, name, kind, from, to, error: None, attributes }
}

const fn failed(line: Line, why: &'static str) -> Line {
    Line { error: Some(why), ..line }
}

const CLIENT: &str = "client";
const SERVER: &str = "server";
const INSIDE: &str = "internal";
const ALWAYS: (i64, i64) = (-24 * 60, 24 * 60);

const POOL: Attributes =
    &[("db.system", "postgresql"), ("pool.size", "400"), ("pool.used", "400"), ("pool.waiting", "781")];
const OK: Attributes = &[("http.route", "/v1/checkout"), ("http.response.status_code", "200")];
const REFUSED: Attributes = &[("http.route", "/v1/checkout"), ("http.response.status_code", "503")];

/// Half of all checkouts: nobody gives a connection back in time.
const STARVED: &[Line] = &[
    failed(
        line(0, ("api", SERVER), "POST /checkout", (0, 4_131_000), &[("http.response.status_code", "503")]),
        "503 from checkout",
    ),
    failed(
        line(1, ("api", CLIENT), "checkout.Place", (5_200, 4_126_400), &[("peer.service", "checkout")]),
        "503",
    ),
    failed(
        line(2, ("checkout", SERVER), "POST /v1/checkout", (8_900, 4_121_700), REFUSED),
        "no connection to the database",
    ),
    line(3, ("checkout", INSIDE), "load cart", (10_100, 31_300), &[("cart.lines", "4")]),
    line(4, ("checkout", CLIENT), "GET cart", (11_000, 29_800), &[("db.system", "redis")]),
    line(3, ("checkout", CLIENT), "suggest accessories", (31_600, 86_000), &[("peer.service", "search")]),
    line(6, ("search", SERVER), "GET /v1/similar", (34_900, 83_100), &[("http.response.status_code", "200")]),
    line(3, ("checkout", INSIDE), "price cart", (31_600, 57_200), &[]),
    failed(
        line(3, ("checkout", INSIDE), "wait for a connection", (88_000, 4_096_000), POOL),
        "timed out after 4 s: 400 of 400 connections in use",
    ),
    line(3, ("checkout", INSIDE), "answer 503", (4_096_400, 4_121_000), &[]),
];

/// The other half: it waits, and gets one.
const PATIENT: &[Line] = &[
    line(0, ("api", SERVER), "POST /checkout", (0, 2_871_000), &[("http.response.status_code", "200")]),
    line(1, ("api", CLIENT), "checkout.Place", (5_000, 2_866_000), &[("peer.service", "checkout")]),
    line(2, ("checkout", SERVER), "POST /v1/checkout", (8_700, 2_862_000), OK),
    line(3, ("checkout", INSIDE), "load cart", (10_000, 30_000), &[("cart.lines", "2")]),
    line(4, ("checkout", CLIENT), "GET cart", (11_000, 28_700), &[("db.system", "redis")]),
    line(3, ("checkout", INSIDE), "price cart", (30_400, 55_000), &[]),
    line(3, ("checkout", INSIDE), "wait for a connection", (57_000, 2_301_000), POOL),
    line(3, ("checkout", CLIENT), "INSERT orders", (2_301_500, 2_338_000), &[("db.system", "postgresql")]),
    line(3, ("checkout", CLIENT), "payments.Charge", (2_339_000, 2_818_000), &[("peer.service", "payments")]),
    line(
        9,
        ("payments", SERVER),
        "POST /v1/charge",
        (2_343_000, 2_813_000),
        &[("http.response.status_code", "201")],
    ),
    line(
        10,
        ("payments", CLIENT),
        "card processor",
        (2_352_000, 2_790_000),
        &[("server.address", "cards.example"), ("region", "second")],
    ),
    line(
        3,
        ("checkout", "producer"),
        "publish order.placed",
        (2_820_000, 2_824_000),
        &[("messaging.destination", "orders")],
    ),
    line(12, ("batch", "consumer"), "handle order.placed", (2_860_000, 2_984_000), &[]),
];

const ORDINARY: &[Line] = &[
    line(0, ("api", SERVER), "POST /checkout", (0, 236_000), &[("http.response.status_code", "200")]),
    line(1, ("api", CLIENT), "checkout.Place", (4_800, 231_000), &[("peer.service", "checkout")]),
    line(2, ("checkout", SERVER), "POST /v1/checkout", (8_300, 227_000), OK),
    line(3, ("checkout", CLIENT), "GET cart", (9_800, 14_100), &[("db.system", "redis")]),
    line(3, ("checkout", INSIDE), "price cart", (14_400, 33_000), &[]),
    line(3, ("checkout", CLIENT), "INSERT orders", (34_000, 41_000), &[("db.system", "postgresql")]),
    line(3, ("checkout", CLIENT), "payments.Charge", (41_500, 222_000), &[("peer.service", "payments")]),
    line(
        7,
        ("payments", SERVER),
        "POST /v1/charge",
        (44_200, 219_000),
        &[("http.response.status_code", "201")],
    ),
    line(
        8,
        ("payments", CLIENT),
        "card processor",
        (51_000, 204_000),
        &[("server.address", "cards.example")],
    ),
];

const SEARCH: &[Line] = &[
    line(0, ("api", SERVER), "GET /search", (0, 611_000), &[("http.response.status_code", "200")]),
    line(1, ("search", SERVER), "GET /v1/search", (5_000, 604_000), &[("http.response.status_code", "200")]),
    line(
        2,
        ("search", CLIENT),
        "GET query cache",
        (8_000, 11_000),
        &[("db.system", "redis"), ("cache.hit", "false")],
    ),
    line(2, ("search", CLIENT), "shard 1", (14_000, 209_000), &[]),
    line(2, ("search", CLIENT), "shard 2", (14_000, 571_000), &[]),
    line(2, ("search", CLIENT), "shard 3", (14_000, 188_000), &[]),
    line(2, ("search", INSIDE), "rank", (572_000, 601_000), &[]),
];

const VOUCHER: &[Line] = &[
    failed(
        line(0, ("api", SERVER), "POST /v1/charge", (0, 1_312_000), &[("http.response.status_code", "502")]),
        "502 from payments",
    ),
    failed(
        line(
            1,
            ("payments", SERVER),
            "POST /v1/charge",
            (4_000, 1_306_000),
            &[("http.response.status_code", "502")],
        ),
        "card processor did not answer",
    ),
    failed(
        line(
            2,
            ("payments", CLIENT),
            "card processor",
            (11_000, 611_000),
            &[("server.address", "cards.example")],
        ),
        "connection reset",
    ),
    failed(
        line(
            2,
            ("payments", CLIENT),
            "card processor, again",
            (702_000, 1_302_000),
            &[("server.address", "cards.example")],
        ),
        "connection reset",
    ),
];

pub(super) const TALES: &[Tale] = &[
    Tale { name: "starved", outage: true, from: -24, to: 10, every: 2, offset: 0, lines: STARVED },
    Tale { name: "patient", outage: true, from: -25, to: 12, every: 3, offset: 1, lines: PATIENT },
    Tale {
        name: "ordinary",
        outage: false,
        from: ALWAYS.0,
        to: ALWAYS.1,
        every: 4,
        offset: 2,
        lines: ORDINARY,
    },
    Tale { name: "search", outage: false, from: ALWAYS.0, to: ALWAYS.1, every: 23, offset: 5, lines: SEARCH },
    Tale {
        name: "charge",
        outage: false,
        from: ALWAYS.0,
        to: ALWAYS.1,
        every: 71,
        offset: 9,
        lines: VOUCHER,
    },
];
