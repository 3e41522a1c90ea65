import Core
import ProviderKit

/// A pipeline of three fakes in a harness, with words for what tests do with it.
public final class PipelineBench {
    public let recognizer: FakeRecognizer
    public let model: FakeLanguageModel
    public let synthesizer: FakeSynthesizer
    public let pipeline: PipelineProvider
    public let harness: ProviderHarness

    /// A pipeline that was started and is ready. `turns`: the recogniser tells of turns itself.
    public init(
        _ settings: PipelineSettings = PipelineSettings(), turns: Bool = false,
        context: ProviderContext = ProviderContext()
    ) {
        recognizer = FakeRecognizer(RecognizerCapabilities(inputRate: 16000, detectsTurns: turns))
        model = FakeLanguageModel()
        synthesizer = FakeSynthesizer()
        pipeline = PipelineProvider(
            name: "test", settings: settings, recognizer: recognizer, model: model, synthesizer: synthesizer)
        harness = ProviderHarness(pipeline)
        harness.onConnect = { harness, link, _ in harness.open(link) }
        harness.start(context)
    }

    /// The user speaks for a second by the session's detector; the recogniser knows the words at once.
    public func say(_ words: String) {
        recognizer.words = words
        harness.perform(.userTurnStarted)
        harness.advance(by: .seconds(1))
        harness.perform(.userTurnEnded)
    }

    /// The recogniser tells.
    public func recognize(_ events: RecognizerEvent...) {
        recognizer.next = events
        harness.receive(LinkID(1000), [])
    }

    /// The model tells.
    public func think(_ events: ModelEvent...) {
        model.next = events
        harness.receive(LinkID(2000), [])
    }

    /// The synthesiser gets a word: `audio 1 500`, `ended 1`, `all`.
    public func synthesize(_ word: String) { harness.receive(LinkID(3000), Array(word.utf8)) }

    /// The synthesiser tells.
    public func sound(_ events: SynthesizerEvent...) {
        synthesizer.next = events
        harness.receive(LinkID(3000), Array("tell".utf8))
    }

    /// What the session was told, without audio, timers and the like, in short words.
    public var told: [String] { harness.events.compactMap(Self.short) }

    /// The texts that were given to the synthesiser.
    public var spoken: [String] { synthesizer.spoken.map(\.text) }

    /// The messages of the newest request.
    public var messages: [ModelMessage] { model.requests.last?.messages ?? [] }

    private static func short(_ event: ProviderEvent) -> String? {
        switch event {
        case .ready: "ready"
        case .userSpeechStarted(let item): "user began \(item ?? "-")"
        case .userSpeechStopped(let item): "user ended \(item ?? "-")"
        case .userTranscript(let item, let text, let isFinal): "\(item)\(isFinal ? "!" : "?") \(text)"
        case .responseStarted(let id): "\(id) {"
        case .responseEnded(let id, let status): "} \(id)\(status == .completed ? "" : " \(status)")"
        case .agentAudio(let item, let range): "audio \(item.index) \(range.count)"
        case .agentAudioEnded(let item): "audio end \(item.index)"
        case .agentText(let item, let delta): "text \(item.index) \(delta)"
        case .agentTextEnded(let item, let text): "text end \(item.index) \(text)"
        case .toolCall(let call): "call \(call.id)"
        case .toolCallCancelled(let id): "withdrawn \(id)"
        case .failure(let failure): "failure \(failure.code): \(failure.text)"
        case .notice(let text): "notice \(text)"
        case .stage(let name, _, let ms): "stage \(name) \(Int(ms.rounded()))"
        case .usage: "usage"
        default: nil
        }
    }
}
