import Core

/// What the AudioSocket listener is held to.
public struct AudioSocketConfiguration: Sendable, Equatable {
    /// Where to listen. Loopback by default: AudioSocket has neither encryption nor authentication.
    public var address = SocketAddress(host: "127.0.0.1", port: 9092)
    /// Who may connect. Empty: everybody who can reach a loopback address. An address beyond loopback needs entries.
    public var allowed: [AddressBlock] = []
    /// Most live calls, 1…10,000.
    public var maximumCalls = 500
    /// Most live calls from one address, 1…10,000.
    public var maximumPerSource = 500
    /// Connections that have not named their call, 1…4,096: beyond it the oldest gives way.
    public var maximumUnidentified = 64
    /// How long a connection may take to name its call, 0.1…30 s.
    public var identityTimeout: Duration = AudioSocketCallMachine.identityTimeout
    /// Length of the kernel's queue of connections not accepted yet, 1…65,535.
    public var backlog = 512

    /// The defaults.
    public init() {}

    /// Checks ranges and that an address beyond loopback has an allow-list.
    public func validate() throws(ConfigurationError) {
        try check("maximumCalls", maximumCalls, 1...10_000)
        try check("maximumPerSource", maximumPerSource, 1...10_000)
        try check("maximumUnidentified", maximumUnidentified, 1...4096)
        try check("backlog", backlog, 1...65_535)
        guard (Duration.milliseconds(100)...Duration.seconds(30)).contains(identityTimeout) else {
            throw mistake("identityTimeout is \(identityTimeout)", "choose from 0.1 to 30 seconds")
        }
        guard AddressBlock.isLoopback(address.host) || !allowed.isEmpty else {
            throw mistake(
                "the address reaches beyond this machine but there is no allow-list",
                "list the addresses of your Asterisk servers, for example 10.0.0.0/8, or listen on 127.0.0.1")
        }
    }

    /// Whether a peer may connect.
    func admits(_ host: String) -> Bool { allowed.isEmpty || allowed.contains { $0.contains(host) } }

    private func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(ConfigurationError) {
        guard range.contains(value) else {
            throw mistake("\(name) is \(value)", "choose from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private func mistake(_ cause: String, _ fix: String) -> ConfigurationError {
        ConfigurationError(place: "AudioSocket listener \(address)", cause: cause, fix: fix)
    }
}
