import Core
import ProviderKit

/// The answers of a vendor that numbers neither responses nor items: one answer at a time, one item each.
///
/// ```
///  idle ─ words or audio ─▶ running ─ end ─▶ idle
///                             │ cut
///                             ▼
///                          dropping ─ a sign of the next answer ─▶ idle
/// ```
/// Words are told with the first audio: an answer that is cut before it sounds leaves no words behind.
struct UnnumberedAnswers {
    /// Where the agent stands.
    enum Phase: Equatable { case idle, running, dropping }

    private(set) var phase = Phase.idle
    /// The answer that runs, or the last one.
    private(set) var handle: ItemHandle?
    private(set) var name = ""
    private(set) var text = ""
    /// Samples of it so far.
    private(set) var samples = 0
    /// When it began or last gave audio.
    private(set) var lastSign = MonotonicTime(nanoseconds: 0)
    /// Answers heard by nobody yet: begun, with audio, not played out.
    private(set) var isUnheard = false
    /// Pieces of audio dropped behind a cut.
    private(set) var late = 0
    private var told = 0
    private var prefix = ""
    private var count = 0

    /// Ids are unique over connections: the session keeps items of all of them in one history.
    mutating func start(_ out: ProviderOutput) { prefix = String(UInt64(clamping: out.now.nanoseconds), radix: 36) }

    /// Begins an answer when none runs.
    mutating func begin(_ out: ProviderOutput) {
        guard phase != .running else { return }
        phase = .running
        count += 1
        name = "answer-\(prefix)-\(count)"
        handle = nil
        text = ""
        samples = 0
        told = 0
        lastSign = out.now
        out.event(.responseStarted(id: name))
    }

    /// More words of the answer, which begins by them when none runs.
    mutating func say(_ words: String, _ out: ProviderOutput) {
        guard phase != .dropping, !words.isEmpty, text.utf8.count < 1 << 16 else { return }
        begin(out)
        text += text.isEmpty ? words : " " + words
        if samples > 0 { tellWords(out) }
    }

    /// Whether audio that comes now is to be heard; begins an answer when none runs.
    mutating func admits(_ out: ProviderOutput) -> Bool {
        guard phase != .dropping else {
            late += 1
            return false
        }
        begin(out)
        return true
    }

    /// Tells of the samples that stand in the arena from `start` on. The hot path: nothing is allocated.
    mutating func took(from start: Int, _ out: ProviderOutput) {
        let end = out.pcm.count
        guard phase == .running, end > start else { return }
        let item = handle ?? out.item(name)
        handle = item
        lastSign = out.now
        isUnheard = true
        if samples == 0 { tellWords(out) }
        samples += end - start
        out.event(.agentAudio(item: item, range: start..<end))
    }

    private mutating func tellWords(_ out: ProviderOutput) {
        let size = text.utf8.count
        guard size > told else { return }
        let item = handle ?? out.item(name)
        handle = item
        out.event(.agentText(item: item, delta: String(decoding: text.utf8.dropFirst(told), as: UTF8.self)))
        told = size
    }

    /// The answer is over. One that was cut before it sounded had no words.
    mutating func end(_ status: ResponseStatus, _ out: ProviderOutput) {
        guard phase == .running else { return }
        phase = .idle
        if samples > 0 || status == .completed { tellWords(out) }
        if let handle, samples > 0 { out.event(.agentAudioEnded(item: handle)) }
        if let handle, told > 0 { out.event(.agentTextEnded(item: handle, text: text)) }
        out.event(.responseEnded(id: name, status: status))
    }

    /// The answer is cut: what still comes of it is dropped until `nextMayCome`.
    mutating func cut(_ out: ProviderOutput) {
        isUnheard = false
        guard phase == .running else { return }
        end(.cancelled, out)
        phase = .dropping
    }

    /// What comes from now on belongs to the next answer.
    mutating func nextMayCome() { if phase == .dropping { phase = .idle } }

    /// The vendor gives the words of the answer again, put right, or late.
    mutating func correct(_ words: String, _ out: ProviderOutput) {
        guard phase != .dropping, !words.isEmpty else { return }
        text = words
        told = words.utf8.count
        guard let handle else { return }
        out.event(.agentTextEnded(item: handle, text: words))
    }

    /// The listener heard an item to its end.
    mutating func playedOut(_ item: String) { if item == name { isUnheard = false } }
}
