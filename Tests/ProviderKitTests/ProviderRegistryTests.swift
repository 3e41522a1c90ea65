import Core
import ProviderKit
import Testing

@Suite struct ProviderRegistryTests {
    @Test func unknownNamesGetAHint() throws {
        let caps = ProviderCapabilities(inputRate: 24000, outputRate: 24000)
        let registry = ProviderRegistry([
            ProviderDescriptor(name: "openai-realtime", title: "", summary: "", capabilities: caps) {
                (c) throws(ConfigurationError) in
                throw ConfigurationError(place: c.name, cause: "not made here", fix: "none")
            }
        ])
        #expect(try registry.type("openai-realtime").name == "openai-realtime")
        do {
            _ = try registry.type("openai-realtme")
            Issue.record("should have thrown")
        } catch { #expect(error.fix.contains("openai-realtime")) }
    }

    @Test func outputKeepsOrderAndArenas() {
        let out = ProviderOutput()
        out.send(LinkID(1), ["type": "a"])
        let item = out.item("item_1")
        out.audio(item) { $0.append(contentsOf: [1, 2, 3]) }
        out.audio(item) { _ in }
        #expect(out.actions.count == 2)
        #expect(out.actions.last == .event(.agentAudio(item: item, range: 0..<3)))
        #expect(String(decoding: out.bytes, as: UTF8.self) == #"{"type":"a"}"#)
        #expect(out.item("item_2").index == 1 && out.item("item_1").index == 0 && out.id(of: item) == "item_1")
        out.reset()
        #expect(out.actions.isEmpty && out.bytes.isEmpty && out.pcm.isEmpty)
    }
}
