import Core

/// A form in which a stored session can be given away. To add one: a file with a type, one line in `SessionExports.all`.
public protocol SessionExport: Sendable {
    /// What stands after `--format`.
    var name: String { get }
    /// End of a file name, without the dot.
    var fileEnd: String { get }
    /// What it is, in a few words.
    var summary: String { get }
    /// The whole file. Everything from outside is made harmless for this form.
    func text(_ session: ExportDocument) -> String
}

/// All forms.
public enum SessionExports {
    /// One line a form.
    public static let all: [any SessionExport] = [
        VTTExport(),
        SRTExport(),
        CSVExport(),
        JSONExport(),
        MarkdownExport(),
        AsciicastExport(),
        HTMLExport(),
    ]

    /// The form of this name.
    public static func named(_ name: String) -> (any SessionExport)? { all.first { $0.name == name } }
}
