import ArgumentParser
import Core
import ProviderKit

/// `sidetone providers new`: a template for the configuration, every option with its meaning.
struct ProvidersNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Print a template of a provider or pipeline for sidetone.yaml.",
        discussion: """
            Options stand as comments with their defaults: take the mark away from those to set. The template is valid as
            printed. `pipeline` gives an agent with its three parts.
            Exit codes: 0 done, 64 wrong arguments, 78 no such type.
            """)

    @Option(name: .long, help: ArgumentHelp("Name in the configuration; the type's when not said.", valueName: "name"))
    var name: String?

    @Argument(help: ArgumentHelp("Type: see sidetone providers.", valueName: "type"))
    var type: String

    func run() throws {
        try reportingMistakes {
            if type == "pipeline" {
                return ProviderTemplate.pipeline(name ?? "my-pipeline").forEach { Output.line($0) }
            }
            let type = try ProviderBook.registry.type(type)
            ProviderTemplate.provider(type, name ?? type.name).forEach { Output.line($0) }
        }
    }
}
