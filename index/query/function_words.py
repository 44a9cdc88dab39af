"""Words that carry a question but not its subject. They belong to no field; nothing here knows a collection.

Terms as ``index.analysis.terms`` makes them (verbs end in 다).
"""

from __future__ import annotations

ASKING = frozenset(
    """
    누구 무엇 뭐 뭣 무어 무슨 어느 어떤 어떻다 어때다 어디 언제 왜 얼마 몇 얼마나 어떻게 어째서 누가 여부
    알다 알리다 알아보다 궁금하다 궁금 찾다 찾아보다 구하다 보다 보이다 뜨다 싶다 주다 말하다 말 맞다 나오다 들다
    가다 오다 받다
    그렇다 이렇다 저렇다 이러다 그러다 대다 관련 대하다 관하다 통하다 위하다 따르다 의하다 인하다 비롯하다
    그 이 저 및 또 또한 또는 그리고 그러나 하지만 다시 좀 더 더욱 가장 매우 아주 정말 제일 혹시 특히 바로 모두 함께
    당시 이번
    것 거 게 수 등 바 때 중 간 내 측 쪽 곳 점 경우 정도 대로 만큼 뒤 후 전 번 가지 일 적
    """.split()
)
"""Never looked for while anything else is."""

REQUESTS = frozenset(
    """
    글 기사 소식 뉴스 보도 보도자료 내용 문서 자료 얘기 이야기 포스트 포스팅 게시글 게시물
    전화 전화번호 번호 이메일 연락처 연락 문의 문의처 담당 담당자 부서 물다 묻다 물어보다
    있다 없다 하다 되다 나다 다루다 전하다 담다 쓰다 적다 정리 요약 부탁
    """.split()
)
"""What a question asks for ("… 라던 기사", "… 전화번호"): set aside at its end, looked for anywhere else."""
