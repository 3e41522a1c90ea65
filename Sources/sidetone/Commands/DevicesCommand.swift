import ArgumentParser
import Core
import Devices

/// `sidetone devices`: microphones and speakers.
struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "List microphones and speakers.",
        discussion: """
            Choose one by a part of its name: in the configuration under devices, or in the console with :devices.
            Exit codes: 0 done (also when there is none), 64 wrong arguments.
            """)

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Also the rarely useful ones: every form of every card.")
    var all = false

    func run() {
        let list = DeviceList.read()
        let groups = PCMDirection.allCases.map { ($0, list.entries($0, all: all)) }
        guard !json else {
            return Output.line(JSONValue.object(groups.map { .init($0.0.rawValue, Self.json($0.1)) }).text)
        }
        for (direction, entries) in groups {
            Output.line("\(direction.rawValue):")
            if entries.isEmpty { Output.line("  none: conversations are typed, calls are not affected") }
            let width = (entries.map(\.name.count).max() ?? 0) + 2
            for entry in entries {
                Output.line(Columns.row([(entry.isDefault ? "*" : "", 2), (entry.name, width)], entry.text))
            }
        }
    }

    private static func json(_ entries: [DeviceList.Entry]) -> JSONValue {
        .array(
            entries.map { ["name": .string($0.name), "text": .string($0.text), "default": .bool($0.isDefault)] })
    }
}
