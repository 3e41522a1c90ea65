import ArgumentParser
import Core
import ProviderKit

/// `sidetone providers best`: who fits a need, and why.
struct ProvidersBestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "best", abstract: "Rank providers by what is needed and wished.",
        discussion: """
            Criteria: realtime, multimodal, function_calling, cost, latency, language=TAG, offline. What is needed puts others
            out; what is wished gives up to 5 points each.
            Exit codes: 0 one can be used, 1 none, 64 wrong arguments, 78 wrong configuration.
            """)

    @OptionGroup var file: ConfigOption

    @Option(name: .long, help: ArgumentHelp("Hard requirements, with commas.", valueName: "criteria"))
    var need = ""

    @Option(name: .long, help: ArgumentHelp("Wishes, with commas.", valueName: "criteria"))
    var wish = "function_calling,latency,cost"

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let verdicts = try reportingMistakes {
            let needs = ProviderNeeds(
                required: try ProviderNeeds.parse(need, place: "--need"),
                wished: try ProviderNeeds.parse(wish, place: "--wish"))
            return ProviderChoice.rank(try ProviderBook(try CommandContext(config: file.config)).candidates, needs)
        }
        if json {
            Output.line(JSONValue.array(verdicts.map(Self.json)).text)
        } else {
            verdicts.forEach { Output.line($0.words) }
        }
        guard verdicts.contains(where: \.isUsable) else { throw Exit.failed }
    }

    private static func json(_ verdict: ProviderChoice.Verdict) -> JSONValue {
        [
            "name": .string(verdict.name), "points": .int(Int64(verdict.points)),
            "mostPoints": .int(Int64(verdict.mostPoints)), "isUsable": .bool(verdict.isUsable),
            "lacks": .array(verdict.lacks.map { .string($0) }), "remarks": .array(verdict.remarks.map { .string($0) }),
            "obstacle": verdict.obstacle.map { .string($0) } ?? .null,
        ]
    }
}
