/// What a recorder is told. Times in seconds unless named otherwise.
public struct RecordingOptions: Sendable, Equatable {
    /// Folder of the session folders; made (0700) when absent.
    public var folder: String
    /// Below this many bytes free nothing more is written.
    public var freeSpaceFloor: Int64 = 64 << 20
    /// How often files are synced: what a power failure may cost.
    public var syncInterval: Duration = .seconds(2)
    /// How often sizes in the WAV header are rewritten.
    public var headerInterval: Duration = .milliseconds(900)
    /// How often the rings are drained: what a crash may cost.
    public var drainInterval: Duration = .milliseconds(40)
    /// How often a failed recording is tried again.
    public var retryInterval: Duration = .seconds(2)
    /// How late audio of one channel may come behind the other and still be put in its place.
    public var lateWindow: Duration = .milliseconds(500)
    /// How much audio waits while the disk does not answer.
    public var buffered: Duration = .seconds(10)
    /// How many events wait while the disk does not answer.
    public var eventBound = 8192
    /// How the people recorded have agreed, for `meta.json`.
    public var consent: String?
    /// Program and version, for `meta.json`.
    public var application = "sidetone"

    /// Options for a folder, the rest as it comes.
    public init(folder: String) { self.folder = folder }
}
