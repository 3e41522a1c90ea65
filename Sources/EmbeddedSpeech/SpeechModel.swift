import Glibc

/// Where the recogniser's files are.
public struct SpeechModel: Sendable, Equatable {
    /// Folder with `en-us/`, `en-us.lm.bin` and `cmudict-en-us.dict`.
    public var directory: String

    /// Where Debian's package `pocketsphinx-en-us` puts them.
    public static let standard = SpeechModel(directory: "/usr/share/pocketsphinx/model/en-us")

    /// A model in a folder.
    public init(directory: String) { self.directory = directory }

    /// What is missing, or nil when all files can be read. Reads no file; may wait for the disk.
    public var fault: SpeechFailure? {
        for file in ["en-us/mdef", "en-us/means", "en-us/sendump", "en-us.lm.bin", "cmudict-en-us.dict"] {
            guard access("\(directory)/\(file)", R_OK) != 0 else { continue }
            return SpeechFailure(
                "the speech model file \(directory)/\(file) cannot be read",
                fix: "install the package pocketsphinx-en-us (apt install pocketsphinx-en-us)")
        }
        return nil
    }
}

/// What a client wants to be recognised: the configuration of its link.
///
/// `{"recognize":true,"grammar":"#JSGF V1.0; …","pronunciations":{"sidetone":"S AY D T OW N"}}`
struct SpeechTask: Sendable, Equatable {
    /// JSGF text; nil for dictation only.
    var grammar: String?
    /// Words that the dictionary lacks, with their phones.
    var pronunciations: [String: String] = [:]
}
