import Core
import ProviderKit

extension OptionReader {
    /// A list of words at `name`, or one word; empty when absent.
    func words(_ name: String) throws(ConfigurationError) -> [String] {
        if let one = raw(name)?.string { return [one] }
        var words: [String] = []
        for (value, _) in try list(name) {
            guard let word = value.string, !word.isEmpty else {
                throw fault(name, "must be a list of words", "write [word, word]")
            }
            words.append(word)
        }
        return words
    }
}
