import Core
import ProviderKit

/// What a connection costs by the minute, for vendors whose wire tells no usage.
struct MinuteBill {
    /// US dollars for a minute; nothing is counted without it.
    let price: Double?
    private var until: MonotonicTime?

    /// Counts at this price.
    init(price: Double?) { self.price = price }

    /// The connection is up.
    mutating func start(_ out: ProviderOutput) { until = out.now }

    /// Tells what was used since the last time.
    mutating func tell(_ provider: String, _ out: ProviderOutput) {
        guard let price, let since = until, out.now > since else { return }
        until = out.now
        let minutes = (out.now - since).milliseconds / 60_000
        out.event(.usage(Usage(provider: provider, dollars: minutes * price)))
    }
}
