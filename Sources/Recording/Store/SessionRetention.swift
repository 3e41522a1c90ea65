import Core

/// Which sessions need not be kept: by age, by the size of all. What is nil lets all stay.
public struct SessionRetention: Sendable, Equatable {
    /// Sessions that began longer ago go.
    public var age: Duration?
    /// When all sessions take more bytes on the disk, the oldest go.
    public var bytes: Int64?

    /// A rule.
    public init(age: Duration? = nil, bytes: Int64? = nil) {
        self.age = age
        self.bytes = bytes
    }

    /// What was done, or would be.
    public struct Report: Sendable, Equatable {
        /// Sessions that went, oldest first, with their bytes on the disk.
        public var removed: [(name: String, bytes: Int64)] = []
        /// Why others could not go.
        public var failures: [String] = []
        /// Whether nothing was done in truth.
        public var isRehearsal = false

        public static func == (a: Report, b: Report) -> Bool {
            a.removed.map(\.name) == b.removed.map(\.name) && a.failures == b.failures
                && a.isRehearsal == b.isRehearsal
        }

        /// Bytes that were, or would be, freed.
        public var bytes: Int64 { removed.reduce(0) { $0 + $1.bytes } }

        /// For people; nothing when there was nothing to do.
        public var lines: [String] {
            guard !removed.isEmpty else { return failures }
            let verb = isRehearsal ? "would delete" : "deleted"
            let sessions = removed.count == 1 ? "1 session" : "\(removed.count) sessions"
            let tenths = (bytes + 50_000) / 100_000
            return removed.map { "\(verb) \($0.name)" } + failures
                + ["\(verb) \(sessions), \(tenths / 10).\(tenths % 10) MB"]
        }
    }

    /// Deletes what the rule lets go, folder by folder, and takes it out of the index where there is one. Only folders with a
    /// name of the recorder's are looked at; a session that is being recorded is never among them. A rehearsal only tells.
    public func apply(to store: SessionStore, now: WallTime, rehearsal: Bool = false) throws(DiskError) -> Report {
        var report = Report()
        report.isRehearsal = rehearsal
        guard age != nil || bytes != nil else { return report }
        if !rehearsal { try store.finishRemovals() }
        for name in try store.expired(age: age, bytes: bytes, now: now) {
            let size = FolderListing.diskBytes(store.folder + "/" + name)
            do throws(DiskError) {
                if !rehearsal { try store.delete(name) }
                report.removed.append((name, size))
            } catch {
                report.failures.append(error.description)
            }
        }
        guard !rehearsal, !report.removed.isEmpty, SessionIndex.exists(in: store.folder) else { return report }
        do throws(DiskError) {
            let index = try SessionIndex(folder: store.folder)
            try index.remove(report.removed.map(\.name))
            try index.sweep()
        } catch {
            report.failures.append(error.description)
        }
        return report
    }
}
