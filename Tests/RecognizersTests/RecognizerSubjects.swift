import Core
import ProviderKit

@testable import Recognizers

/// A recogniser with its vendor's script, for the rules that all keep.
struct RecognizerSubject: Sendable, CustomStringConvertible {
    /// What the user writes.
    var type: String
    var options: JSONValue
    /// Sent by the vendor once the link is open; nil for batch types.
    var greeting: [String]?
    /// Valid messages of the vendor.
    var seeds: [String]
    var kind = LinkMessageKind.text

    static let secret = "sk-secret-0123456789"
    var description: String { "\(type) \(options.text)" }
    var streams: Bool { greeting != nil }

    func make() throws(ConfigurationError) -> any Recognizer {
        guard let found = RecognizerList.all.first(where: { $0.name == type }) else {
            throw ConfigurationError(place: type, cause: "no such type", fix: "list it")
        }
        return try found.make(
            ProviderConfiguration(name: "ears", key: Secret(Self.secret), options: options))
    }

    /// A harness whose vendor greets and else keeps silent.
    func harness() throws -> RecognizerHarness {
        let harness = RecognizerHarness(try make())
        guard let greeting else { return harness }
        let kind = kind
        harness.onConnect = { harness, link, _ in
            harness.open(link)
            for message in greeting { harness.receive(link, Array(message.utf8), kind: kind) }
        }
        return harness
    }

    /// Started and ready.
    func ready() throws -> RecognizerHarness {
        let harness = try harness()
        harness.start()
        return harness
    }

    static let all: [RecognizerSubject] = [
        RecognizerSubject(type: "deepgram-listen", options: [:], greeting: [], seeds: deepgram),
        RecognizerSubject(
            type: "deepgram-flux", options: [:], greeting: [#"{"type":"Connected","request_id":"r"}"#], seeds: flux),
        RecognizerSubject(type: "openai-transcription", options: [:], seeds: openAI, kind: .serverSentEvent),
        RecognizerSubject(type: "openai-transcription", options: ["stream": false], seeds: json, kind: .chunk),
        RecognizerSubject(type: "speaches-stt", options: [:], seeds: json, kind: .chunk),
        RecognizerSubject(
            type: "openai-realtime-transcription", options: [:],
            greeting: [#"{"type":"session.created","session":{}}"#, #"{"type":"session.updated","session":{}}"#],
            seeds: realtime),
        RecognizerSubject(type: "google-speech", options: [:], seeds: json, kind: .chunk),
        RecognizerSubject(type: "azure-speech", options: ["region": "westeurope"], seeds: json, kind: .chunk),
        RecognizerSubject(
            type: "elevenlabs-scribe", options: [:], greeting: [#"{"message_type":"session_started"}"#], seeds: scribe),
        RecognizerSubject(
            type: "elevenlabs-scribe", options: ["commit_strategy": "vad"],
            greeting: [#"{"message_type":"session_started"}"#], seeds: scribe),
        RecognizerSubject(type: "elevenlabs-scribe", options: ["mode": "batch"], seeds: json, kind: .chunk),
        RecognizerSubject(
            type: "assemblyai", options: [:], greeting: [#"{"type":"Begin","id":"x","expires_at":1}"#], seeds: assembly),
        RecognizerSubject(type: "soniox", options: [:], greeting: [], seeds: soniox),
        RecognizerSubject(type: "vosk", options: [:], greeting: [], seeds: vosk),
        RecognizerSubject(type: "whisper-cpp", options: [:], seeds: json, kind: .chunk),
        RecognizerSubject(
            type: "cartesia-stt", options: [:], greeting: [#"{"type":"connected"}"#], seeds: cartesia),
        RecognizerSubject(type: "cartesia-stt", options: ["mode": "manual"], greeting: [], seeds: cartesia),
        RecognizerSubject(
            type: "avr-asr", options: [:], greeting: [], seeds: ["grüß dich", "one two\n"], kind: .chunk),
    ]

    private static let deepgram = [
        #"{"type":"Results","channel_index":[0,1],"start":0,"duration":1,"is_final":true,"speech_final":true,"from_finalize":false,"channel":{"alternatives":[{"transcript":"one two","confidence":0.9,"words":[]}]}}"#,
        #"{"type":"Results","is_final":false,"channel":{"alternatives":[{"transcript":"on"}]}}"#,
        #"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":1.5}"#, #"{"type":"SpeechStarted","timestamp":0.1}"#,
        #"{"type":"Metadata","request_id":"x","duration":1.5}"#,
    ]
    private static let flux = [
        #"{"type":"TurnInfo","event":"StartOfTurn","turn_index":0,"transcript":"","end_of_turn_confidence":0.1}"#,
        #"{"type":"TurnInfo","event":"Update","turn_index":0,"transcript":"one","end_of_turn_confidence":0.2}"#,
        #"{"type":"TurnInfo","event":"EagerEndOfTurn","transcript":"one two","end_of_turn_confidence":0.5}"#,
        #"{"type":"TurnInfo","event":"TurnResumed","transcript":"one two","end_of_turn_confidence":0.3}"#,
        #"{"type":"TurnInfo","event":"EndOfTurn","transcript":"one two three","end_of_turn_confidence":0.9}"#,
        #"{"type":"Warning","code":"X","description":"careful"}"#,
    ]
    private static let openAI = [
        #"{"type":"transcript.text.delta","delta":"one "}"#,
        #"{"type":"transcript.text.done","text":"one two","usage":{"type":"tokens"}}"#,
        #"{"type":"error","error":{"message":"broken"}}"#,
    ]
    private static let json = [
        #"{"text":"one two","results":[{"alternatives":[{"transcript":"one two"}]}]}"#,
        #"{"RecognitionStatus":"Success","DisplayText":"One two.","Offset":0,"Duration":1}"#,
    ]
    private static let realtime = [
        #"{"type":"input_audio_buffer.committed","item_id":"item_1"}"#,
        #"{"type":"conversation.item.input_audio_transcription.delta","item_id":"item_1","delta":"one"}"#,
        #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"item_1","transcript":"one two"}"#,
        #"{"type":"error","error":{"code":"input_audio_buffer_commit_empty","message":"empty"}}"#,
    ]
    private static let scribe = [
        #"{"message_type":"partial_transcript","text":"one"}"#,
        #"{"message_type":"committed_transcript","text":"one two"}"#,
        #"{"message_type":"commit_throttled","error":"nothing"}"#, #"{"message_type":"input_error","error":"bad"}"#,
    ]
    private static let assembly = [
        #"{"type":"SpeechStarted","timestamp":10}"#,
        #"{"type":"Turn","turn_order":0,"turn_is_formatted":false,"end_of_turn":false,"transcript":"one","words":[]}"#,
        #"{"type":"Turn","turn_order":0,"end_of_turn":true,"transcript":"one two","end_of_turn_confidence":0.8}"#,
        #"{"type":"Warning","warning_code":1}"#,
    ]
    private static let soniox = [
        #"{"tokens":[{"text":"on","is_final":false}],"total_audio_proc_ms":10}"#,
        #"{"tokens":[{"text":"one","is_final":true},{"text":" two","is_final":true},{"text":"<end>","is_final":true}]}"#,
        #"{"tokens":[{"text":"<fin>","is_final":true}]}"#,
    ]
    private static let vosk = [
        #"{"partial":"one"}"#, #"{"result":[{"word":"one","conf":1}],"text":"one two"}"#, #"{"text":""}"#,
        #"{"alternatives":[{"text":"one","confidence":200.1}]}"#,
    ]
    private static let cartesia = [
        #"{"type":"turn.start"}"#, #"{"type":"turn.update","transcript":"one"}"#,
        #"{"type":"turn.eager_end","transcript":"one two"}"#, #"{"type":"turn.resume"}"#,
        #"{"type":"turn.end","transcript":"one two"}"#, #"{"type":"transcript","text":"one","is_final":true}"#,
        #"{"type":"flush_done"}"#,
    ]
}
