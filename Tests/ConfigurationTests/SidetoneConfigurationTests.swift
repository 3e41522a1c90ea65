import Configuration
import Core
import TestKit
import Testing

@Suite struct SidetoneConfigurationTests {
    private func read(_ yaml: String, _ environment: [String: String] = [:]) throws(ConfigurationError)
        -> SidetoneConfiguration
    {
        try SidetoneConfiguration(
            try ConfigurationNode.parse(yaml, file: "sidetone.yaml").interpolated(environment))
    }

    @Test func readsEverything() throws {
        let c = try read(
            """
            provider: work
            recording: {enabled: false, format: wav, free_mb: 100}
            audiosocket:
              listen: 127.0.0.1:0
              allow: [10.0.0.0/8]
            http: {listen: "127.0.0.1:8080", token: "${TOKEN:-none}"}
            devices: {capture: usb, echo_cancellation: on}
            providers:
              work: {type: openai-realtime, model: m, base_url: "ws://127.0.0.1:1", options: {speed: 1.2, x: [a]}}
            agents:
              default: {instructions: Hi, tools: [calculate], barge_in: either, endpointing_ms: 400}
            """)
        #expect(c.provider == "work" && c.record == false && c.recordingFreeMB == 100 && c.httpToken == "none")
        #expect(c.allow == ["10.0.0.0/8"] && c.echoCancellation == .on)
        #expect(c.providers.first?.options["speed"]?.double == 1.2 && c.providers.first?.baseURL?.port == 1)
        #expect(c.agents.first?.bargeIn == "either" && c.agents.first?.tools == ["calculate"])
    }

    @Test func readsAgentsOfBothModes() throws {
        let c = try read(
            """
            providers:
              ears: {kind: ASR, type: vosk, env: {VOSK_LOG: "1"}, command: [vosk-server, "{port}"]}
            agents:
              parts: {asr: ears, llm: brain, tts: mouth, voice: v, prompt: Hi, pipeline: {eager: false}}
              whole: {mode: sts, sts: work}
              wanted: {needs: [offline, function_calling], wishes: cost}
            """)
        let ears = c.providers.first
        #expect(ears?.kind == "asr" && ears?.command == ["vosk-server", "{port}"])
        #expect(ears?.environment.first?.name == "VOSK_LOG" && ears?.environment.first?.value == "1")
        #expect(c.agents[0].mode == .pipeline && c.agents[0].llm == "brain" && c.agents[0].instructions == "Hi")
        #expect(c.agents[0].pipeline["eager"]?.bool == false && c.agents[0].voice == "v")
        #expect(c.agents[1].mode == .sts && c.agents[1].provider == "work")
        #expect(c.agents[2].needs == "offline,function_calling" && c.agents[2].wishes == "cost")
    }

    @Test(arguments: [
        ("agents:\n  a: {mode: pipeline, asr: x, llm: y}", "sidetone.yaml:2 agents.a.tts", "kind"),
        ("agents:\n  a: {asr: x, llm: y, tts: z, sts: w}", "sidetone.yaml:2 agents.a.sts", "remove it"),
        ("agents:\n  a: {mode: sts, asr: x}", "sidetone.yaml:2 agents.a.asr", "mode: pipeline"),
        ("agents:\n  a: {provider: x, needs: offline}", "sidetone.yaml:2 agents.a.needs", "remove needs"),
        ("providers:\n  p:\n    kind: ears", "sidetone.yaml:3 providers.p.kind", "STS, ASR, LLM or TTS"),
        ("providers:\n  p:\n    env: [a]", "sidetone.yaml:3 providers.p.env", "mapping"),
        ("providers:\n  p:\n    env: {1A: b}", "sidetone.yaml:3 providers.p.env.1A", "no name of a variable"),
        ("provder: x", "sidetone.yaml:1", "did you mean provider"),
        ("a: [", "sidetone.yaml:", ""),
        ("audiosocket:\n  max_calls: many", "sidetone.yaml:2 audiosocket.max_calls", "whole number"),
        ("providers:\n  p:\n    api_key: sk-x", "sidetone.yaml:2", "environment variable"),
        ("agents:\n  a:\n    barge_in: provder", "sidetone.yaml:3", "did you mean provider"),
        ("sessions: ${NOPE}", "sidetone.yaml:1", "NOPE"),
        ("provider: [a]", "sidetone.yaml:1", "single text"),
        ("providers:\n  p:\n    base_url: nope", "base_url", "scheme"),
    ])
    func errorsNamePlaceCauseAndFix(_ yaml: String, _ place: String, _ words: String) {
        do throws(ConfigurationError) {
            _ = try read(yaml)
            Issue.record("should have been refused: \(yaml)")
        } catch {
            #expect(error.place.contains(place), "\(error)")
            #expect(words.isEmpty || error.description.lowercased().contains(words.lowercased()), "\(error)")
        }
    }

    @Test func aKeyThatStandsTwiceIsNamedWithItsLine() {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationNode.parse("http:\n  token: x\n  listen: y\n  token: z\n", file: "f.yaml")
        }
        #expect(error?.place == "f.yaml:4" && error?.cause == "the key token stands twice")
    }

    @Test func overlayMergesAndNullRemoves() throws {
        let base = try ConfigurationNode.parse("provider: a\nhttp: {listen: x, token: t}", file: "f")
        let over = try ConfigurationNode.parse("provider: b\nhttp: {token: null}", file: "g")
        let c = try SidetoneConfiguration(base.merged(with: over))
        #expect(c.provider == "b" && c.http == "x" && c.httpToken == nil)
    }

    @Test func survivesRandomYAML() {
        var random = SeededRandom(13)
        let pieces = [
            "provider", ":", " ", "\n", "- ", "[", "]", "{", "}", "&a", "*a", "\"", "'", "|", "${", "x", "\t", "#",
            "!!int",
        ]
        var refused = 0
        for _ in 0..<10_000 {
            let yaml = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            do throws(ConfigurationError) { _ = try read(yaml) } catch { refused += 1 }
        }
        #expect(refused > 0)
    }

    @Test func survivesDamagedFiles() {
        let good = [
            "provider: work\nrecording: {enabled: false, format: opus}\naudiosocket:\n  listen: 127.0.0.1:0\n  allow: [::1/128]",
            "providers:\n  work: {type: vosk, kind: ASR, env: {A: \"1\"}, command: [x, \"{port}\"], options: {speed: 1.2}}",
            "agents:\n  a: {asr: e, llm: b, tts: m, pipeline: {eager: false}}\n  b: &x {needs: [offline]}\n  c: *x",
            "tools:\n  t: {command: [a, \"{b}\"], parameters: {b: string}, timeout_ms: 100}\nmcp:\n  m: {url: \"http://x/${A:-b}\"}",
        ]
        var mutator = MessageMutator(seeds: good.map { Array($0.utf8) }, seed: 14)
        var refused = 0
        for _ in 0..<10_000 {
            let yaml = String(decoding: mutator.next(), as: UTF8.self)
            do throws(ConfigurationError) {
                _ = try read(yaml, ["A": "1"])
            } catch {
                refused += 1
                #expect(!error.cause.isEmpty)
            }
        }
        #expect((1..<10_000).contains(refused))
    }
}
