"""A post that tries to become markup, script and template at every place a post can."""

PAYLOAD = "<script>alert(1)</script>"
HOSTILE_NAME = '2024-03-01-"onload=alert(1)'
HOSTILE = """---
title: '<script>alert(1)</script> "><img src=x onerror=alert(1)> 전략물자'
categories:
  - '"><svg onload=alert(1)>'
excerpt: '{{ 7 * 7 }} </p><script>alert(2)</script> 관세청'
---
<p>관세청 &lt;script&gt;alert(3)&lt;/script&gt; 전략물자 &quot;&gt;&lt;b onmouseover=alert(4)&gt;</p>
<p>문의 : 관세청 조사총괄과(042-481-7818)</p>
<script>alert(6)</script>
<p>자료 출처: <a href="javascript:alert(7)">정책브리핑</a></p>
"""
