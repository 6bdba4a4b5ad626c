//! How bad the network and the service are.

/// The chances of what can go wrong, each in 1,000.
#[derive(Clone, Debug)]
pub struct Weather {
    /// How long a frame or an HTTP message is under way, in ms: at least and at most.
    pub latency: (u64, u64),
    /// Before or after the delivery of a frame, its socket breaks.
    pub cut: u64,
    /// One side of a broken socket is not told, or much later.
    pub silent: u64,
    /// A socket does not open.
    pub no_connect: u64,
    /// An HTTP request gets no answer, or 429, 500 or 502.
    pub http: u64,
    /// A request is answered with 429 or 500: sometimes after it was carried out.
    pub busy: u64,
    /// How late a timer fires at the most, in ms.
    pub late: u64,
    /// How long tokens last that the application provides, in ms: at least and at most.
    pub token_life: (u64, u64),
}

impl Weather {
    /// Nothing goes wrong, and everything takes 10 ms.
    pub const CALM: Weather = Weather {
        latency: (10, 10),
        cut: 0,
        silent: 0,
        no_connect: 0,
        http: 0,
        busy: 0,
        late: 0,
        token_life: (3_600_000, 3_600_000),
    };
}
