"""The frame around every page: who may open it, navigation, search, language and errors."""
