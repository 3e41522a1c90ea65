import Configuration
import Core
import Testing

@Suite struct ToolsConfigurationTests {
    private func read(_ yaml: String, _ environment: [String: String] = [:]) throws(ConfigurationError)
        -> SidetoneConfiguration
    {
        try SidetoneConfiguration(
            try ConfigurationNode.parse(yaml, file: "sidetone.yaml").interpolated(environment))
    }

    @Test func readsEverything() throws {
        let c = try read(
            """
            tools:
              allow_hosts: [127.0.0.1]
              prepare_ms: 500
              http:
                crm:
                  description: Looks up
                  phase: before
                  url: https://crm.example/${call.caller}
                  headers: {Authorization: "Bearer ${KEY}"}
                  query: {a: "${args.x:-y}"}
                  outputs: {name: "contacts[0].name"}
                  parameters: {x: {type: string, required: true}}
                  agents: [sales]
                  slow_say: One moment.
              webhook:
                report: {url: "https://x.example/", body: {text: "${call.summary}"}}
              command:
                who: {description: d, program: /usr/bin/id, arguments: ["-u"], input: true, environment: {A: b}}
              mcp:
                box: {program: box, arguments: [x], only: [a], detection_ms: 500}
                net: {url: "http://127.0.0.1:1/mcp", headers: {X: y}, providers: [p]}
              transfer:
                url: http://127.0.0.1:6006
                destinations: {sales: "100", help: {exten: "200", context: c, priority: 2}}
                numbers: "^[0-9]+$"
            redact: {keys: [birthday], kinds: [card, email], patterns: ["K-[0-9]+"], defaults: false}
            """, ["KEY": "k"])
        let crm = try #require(c.tools.requests.first)
        #expect(crm.url == "https://crm.example/${call.caller}" && crm.headers.first?.value == "Bearer k")
        #expect(crm.common.phase == .before && crm.common.slowAfterMs == 1500 && crm.common.agents == ["sales"])
        #expect(crm.query.first?.value == "${args.x:-y}" && crm.outputs.first?.value == "contacts[0].name")
        #expect(c.tools.requests.last?.isWebhook == true && c.tools.commands.first?.writesInput == true)
        #expect(c.tools.servers.map(\.common.name) == ["box", "net"] && c.tools.servers[1].url?.port == 1)
        #expect(c.tools.transfer?.destinations.map(\.exten) == ["100", "200"])
        #expect(c.redact.kinds == [.card, .email] && !c.redact.defaults)
    }

    @Test(arguments: [
        ("tools:\n  htp: {}", "sidetone.yaml:2 tools.htp", "did you mean http"),
        ("tools:\n  http:\n    a: {descripton: x, url: y}", "sidetone.yaml:3", "did you mean description"),
        ("tools:\n  http:\n    a: {description: x}", "sidetone.yaml:3 tools.http.a", "add url"),
        ("tools:\n  http:\n    a b: {url: x}", "sidetone.yaml:3", "letters"),
        ("tools:\n  http:\n    a: {url: x, phase: durng}", "tools.http.a.phase", "did you mean during"),
        ("tools:\n  mcp:\n    a: {}", "sidetone.yaml:3 tools.mcp.a", "either program or url"),
        ("tools:\n  mcp:\n    a: {url: \"ws://x\"}", "tools.mcp.a.url", "http://"),
        ("tools:\n  http:\n    a: {url: x, timeout_ms: 5}", "tools.http.a.timeout_ms", "whole number"),
        ("tools:\n  http:\n    a: {url: x, slow_after_ms: 500}", "tools.http.a", "slow_say"),
        ("redact: {kinds: [crad]}", "redact.kinds", "did you mean card"),
        ("tools:\n  transfer: {destinations: {}}", "tools.transfer", "add url"),
    ])
    func mistakesNamePlaceCauseAndFix(_ yaml: String, _ place: String, _ words: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(yaml) }
        #expect(error?.place.contains(place) == true, "\(error?.place ?? "")")
        let told = (error?.cause ?? "") + " " + (error?.fix ?? "")
        #expect(told.contains(words), "\(told)")
    }
}
