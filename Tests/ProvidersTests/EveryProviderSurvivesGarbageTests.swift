import Core
import ProviderKit
import TestKit
import Testing

@testable import Providers

/// Each type of the list, made as a configuration makes it, hears 10,000 broken messages of its vendor.
@Suite struct EveryProviderSurvivesGarbageTests {
    /// How a type is tested: its least options, and its vendor's script and messages.
    private typealias Row = (options: JSONValue, subject: ConformanceSubject)

    /// Nil for a type that nobody has described here: a new line in the list fails this test until it is.
    private static func row(_ type: String) -> Row? {
        var older = OpenAIScript.subject()
        older.seeds += OpenAIScript.olderSeeds
        return switch type {
        case Local.descriptor.name: (.object([]), LocalProviderTests.subject)
        case Mock.descriptor.name: (.object([]), MockProviderTests.subject())
        case OpenAIRealtime.descriptor.name, XAIVoice.descriptor.name: (.object([]), OpenAIScript.subject())
        case OpenAILive.descriptor.name: (.object([]), LiveScript.subject())
        case AzureOpenAIRealtime.descriptor.name: (["resource": "contoso", "deployment": "voice"], older)
        case AzureVoiceLive.descriptor.name: (["resource": "contoso"], older)
        case DeepgramAgent.descriptor.name: (.object([]), DeepgramScript.subject())
        case ElevenLabsAgent.descriptor.name: (["agent_id": "agent_1"], ElevenLabsScript.subject())
        case AVRSTS.descriptor.name: (.object([]), AVRScript.subject())
        case AVALocal.descriptor.name: (.object([]), AVALocalScript.subject())
        case GeminiLive.descriptor.name: (.object([]), GeminiScript.subject())
        case GeminiLiveVertex.descriptor.name: (["project": "p1"], GeminiScript.subject(vertex: true))
        case Ultravox.descriptor.name: (.object([]), UltravoxScript.subject())
        case HumeEVI.descriptor.name: (.object([]), HumeScript.subject())
        default: nil
        }
    }

    @Test(arguments: ProviderList.all.map(\.name))
    func survives(_ type: String) throws {
        let descriptor = try #require(ProviderList.all.first { $0.name == type })
        let row = try #require(Self.row(type), "\(type) has no messages to be broken: add it to the table")
        #expect(!row.subject.seeds.isEmpty || type == Mock.descriptor.name)
        var configuration = ProviderConfiguration(name: "main", options: row.options)
        if !descriptor.keyVariables.isEmpty { configuration.key = Secret("sk-test-0123456789abcdef") }
        var run = GarbageRun(seeds: row.subject.seeds, link: row.subject.link) { [configuration] in
            let harness = ProviderHarness(try descriptor.make(configuration))
            row.subject.attach(harness)
            return harness
        }
        try run.run(10_000)
        #expect(run.problems == [])
        #expect(run.delivered == 10_000)
    }
}
