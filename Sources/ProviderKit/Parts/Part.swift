import Core

/// What the three kinds of pipeline parts have in common: a pure state machine over links, like `Provider`.
/// Every call comes on the engine thread with an output to fill. Anything may come on a link: garbage must not harm.
///
/// Failures: a part reports what ends it (`.reconnect`, `.fatal`) once, by its event `failure`, and is then over.
public protocol Part: AnyObject {
    /// What the part tells the pipeline.
    associatedtype Event: Sendable

    /// A link that was asked for is open.
    func opened(_ link: LinkID, _ opening: LinkOpening, _ out: PartOutput<Event>)

    /// A message arrived on a link. The bytes live until return.
    func received(_ link: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>, _ out: PartOutput<Event>)

    /// A link has ended, however; once a link.
    func closed(_ link: LinkID, _ closure: LinkClosure, _ out: PartOutput<Event>)

    /// A timer that was asked for has run out.
    func timer(_ id: ProviderTimer, _ out: PartOutput<Event>)

    /// End in order: send what the vendor wants to see, close the links. No events afterwards.
    func close(_ out: PartOutput<Event>)
}
