import Core

/// Something worth a mark on the time line: a barge-in, a switch, trouble, a remark.
public struct Incident: Sendable, Equatable {
    /// What it is.
    public enum Kind: String, Sendable, Codable, CaseIterable { case bargeIn, switched, trouble, gap, remark }

    public var kind: Kind
    /// Seconds of the session's audio.
    public var time: Double
    /// In words; may hold text from outside.
    public var text: String
    /// Whether something went wrong.
    public var isBad: Bool

    /// All of a session, by time.
    static func all(_ timeline: ReplayTimeline) -> [Incident] {
        zip(timeline.records, timeline.times).compactMap { record, time in
            guard let (kind, isBad) = kind(of: record.event), let words = ReplayPrinter.words(record.event) else {
                return nil
            }
            return Incident(kind: kind, time: time.seconds, text: words, isBad: isBad)
        }
    }

    private static func kind(of event: Event) -> (Kind, Bool)? {
        switch event {
        case .bargeIn, .speechIgnored: (.bargeIn, false)
        case .providerSwitch(let change): (.switched, change.phase == .failed)
        case .trouble(let trouble): (.trouble, trouble.severity != .notice)
        case .troubleCleared: (.trouble, false)
        case .providerChanged(let change):
            change.state == .failed || change.state == .reconnecting ? (.trouble, true) : nil
        case .stateChanged(let change):
            [.stalled, .reconnecting, .failedOver].contains(change.state) ? (.trouble, true) : nil
        case .recording(let change): change.state == .failed ? (.trouble, true) : nil
        case .gap: (.gap, true)
        case .dtmf, .operatorAction, .commandRefused, .note: (.remark, false)
        default: nil
        }
    }
}
