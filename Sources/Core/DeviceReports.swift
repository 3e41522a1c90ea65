/// The sound devices that can be chosen, as they were when asked (`Command.listDevices`).
public struct DeviceCatalog: Sendable, Equatable, Codable {
    /// One of them.
    public struct Device: Sendable, Equatable, Codable {
        /// What to choose it by.
        public var name: String
        /// What the system says of it, from outside.
        public var text: String
        /// Whether it is what opens when nothing is chosen.
        public var isDefault: Bool

        public init(name: String, text: String, isDefault: Bool) {
            self.name = name
            self.text = text
            self.isDefault = isDefault
        }
    }

    public var capture: [Device]
    public var playback: [Device]

    public init(capture: [Device] = [], playback: [Device] = []) {
        self.capture = capture
        self.playback = playback
    }
}

/// A test of the devices: how it goes, and what it measured.
public struct DeviceTestReport: Sendable, Equatable, Codable {
    /// What is tested.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A sweep at the speaker, looked for at the microphone.
        case loopback
        /// Two seconds of silence, measured for the detector.
        case noise
    }

    /// Where it stands.
    public enum State: String, Sendable, Codable { case running, done, failed, cancelled }

    public var kind: Kind
    public var state: State
    /// In words: what is done, what came out, or why it failed.
    public var text: String
    /// What to do about it.
    public var fix: String?
    /// Loopback: from rendering a sample to its return from the microphone.
    public var roundTripMs: Double?
    /// Loopback: level of what came back, dBFS.
    public var level: Double?
    /// Noise: level of the background, dBFS.
    public var floor: Double?
    /// Noise: level from which sound may be speech from now on, dBFS.
    public var threshold: Double?

    public init(_ kind: Kind, _ state: State, _ text: String, fix: String? = nil) {
        self.kind = kind
        self.state = state
        self.text = text
        self.fix = fix
    }
}
